import HTTPTypes
import StrictJSON

/// What a reply with one status can be: the success that is declared, or problems, or either.
struct ReplyDescription {
    let status: HTTPResponse.Status
    let success: ResponseDeclaration?
    let sparse: SparseFields?
    let headers: [HTTPField.Name]
    let problems: [ProblemCode]

    /// Named and described by all that tells it from other replies, so that equal ones are found.
    var part: CommonParts.Part {
        var response: JSONObject = [
            "description": .string(words),
            "headers": OpenAPI.references(to: headers),
        ]
        if !content.isEmpty { response["content"] = .object(content) }
        return CommonParts.Part(section: "responses", name: name, definition: .object(response))
    }

    private var content: JSONObject {
        var content = JSONObject()
        if let declared = success?.content { content[declared.mediaType] = sparse?.openAPI ?? declared.openAPI }
        if !problems.isEmpty {
            content[Problem.contentType] = [
                "schema": Problem.schema.openAPI,
                "examples": .object(
                    JSONObject(problems.map { ($0.name, ["$ref": "#/components/examples/\($0.name)"]) })
                ),
            ]
        }
        return content
    }

    /// Header fields that tell it from others of its status.
    private var telling: [HTTPField.Name] {
        guard status.kind == .successful else { return headers.filter { $0 == .acceptPatch } }
        return headers.filter { ![.requestID, .rateLimit, .rateLimitPolicy].contains($0) }
    }

    private var name: String {
        var names = problems.map(\.name)
        if problems.isEmpty, status != .ok { names.append(status.reasonPhrase.replacing(" ", with: "")) }
        if let content = success?.content { names.insert(content.name, at: 0) }
        return (names + telling.map(\.rawName)).joined(separator: ".")
    }

    private var words: String {
        var all = [success?.description].compactMap { $0 } + problems.map { "\($0.title) (\($0.name))" }
        if status == .notModified { all.append("If-None-Match names the version that there is") }
        let with = telling.isEmpty ? "" : ", with " + telling.map(\.rawName).joined(separator: ", ")
        return all.joined(separator: "; ") + with
    }
}

extension ProblemCode {
    /// The problem as a client gets it.
    var example: JSON {
        let error = FieldError.member("name", .required, "Add \"name\": a string")
        var problem = self == .validationFailed ? Problem.validation([error]) : Problem(self)
        if self == .rateLimited { problem.retryAfter = 12 }
        return problem.json(instance: "/v1/kids", requestID: "01a1fe79-9e29-7000-9093-d57451693055")
    }
}
