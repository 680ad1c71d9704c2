package import StrictJSON

/// What a server answered.
package struct Answer: Sendable {
    /// Method and path.
    package let request: String
    /// The status.
    package let status: Int
    /// The fields by lower-case name.
    package let headers: [String: [String]]
    /// The whole body.
    package let body: [UInt8]

    /// The body as JSON; null when it is none.
    package var json: JSON { (try? JSON(parsing: body)) ?? .null }

    /// A header field.
    package subscript(header: String) -> String? { headers[header.lowercased()]?.joined(separator: ", ") }

    /// `status CODE` of a problem that has everything a problem has, whatever there is otherwise.
    package var problem: String {
        let isWhole =
            self["content-type"] == "application/problem+json" && json["status"]?.integer == status
            && json["requestId"]?.string == self["x-request-id"] && json["type"]?.string != nil
            && json["title"]?.string != nil && json["detail"]?.string != nil && json["instance"]?.string != nil
        return isWhole ? "\(status) \(json["code"]?.string ?? "-")" : "\(status) no problem: \(text)"
    }

    /// `place: code` of every field at fault.
    package var errors: [String] {
        (json["errors"]?.array ?? []).map { error in
            let place = error["pointer"]?.string ?? error["parameter"]?.string ?? error["header"]?.string ?? "?"
            return place + ": " + (error["code"]?.string ?? "?")
        }
    }

    /// The body, when the status is what it should be.
    @discardableResult
    package func expect(_ wanted: Int) throws -> JSON {
        guard status == wanted else { throw UnexpectedAnswer(answer: self, wanted: wanted) }
        return json
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// The server answered something else.
package struct UnexpectedAnswer: Error, CustomStringConvertible {
    let answer: Answer
    let wanted: Int
    /// The request, both statuses and the body.
    package var description: String { "\(answer.request): \(answer.status), not \(wanted): \(answer.text)" }
}
