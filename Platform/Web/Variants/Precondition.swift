import HTTPTypes

/// Which version a change is meant for, as the client said in `If-Match` (RFC 9110 §13.1.1).
///
/// Check it in the transaction that makes the change, with the row locked; anything earlier may be out of date.
public struct Precondition: Sendable, Hashable {
    let tags: EntityTags?

    /// Meant for whatever version there is.
    public static let none = Precondition(tags: nil)

    /// Makes sure that the change is meant for what is there now, which the caller represents as reads of it do.
    ///
    /// - Throws: ``Problem`` 412 if the client has seen another version.
    public func check(_ current: some ResponseBody) throws {
        guard case .these(let named) = tags, case .bytes(let bytes) = try current.body() else { return }
        guard EntityTags.these(named.map(\.version)).containStrongly(EntityTag(of: bytes)) else {
            throw Problem.changedMeanwhile
        }
    }
}

extension Problem {
    fileprivate static let changedMeanwhile = Problem(
        .preconditionFailed,
        "It was changed since you read it; read it again, and send the change with the new ETag in If-Match"
    )
}

extension Request {
    /// What an endpoint with ``Endpoint/ifMatch(required:)`` hands to whoever makes the change.
    public var precondition: Precondition { Precondition(tags: headers[.ifMatch].map { EntityTags($0) ?? .these([]) }) }
}

extension Endpoint {
    /// The same endpoint, which makes its change only to the version that `If-Match` names, and answers with the new
    /// version's `ETag`.
    ///
    /// The handler has to check ``Request/precondition``. Require it where two people may change the same thing and the
    /// later must not undo the earlier unseen.
    public func ifMatch(required: Bool) -> Endpoint {
        var endpoint = self
        endpoint.headerParameters.append(.ifMatch)
        endpoint.failures += [.preconditionFailed] + (required ? [.preconditionRequired] : [])
        for index in endpoint.responses.indices where endpoint.responses[index].content != nil {
            endpoint.responses[index].headers.append(.eTag)
        }
        endpoint.handler = { [handler] request in
            if required, request.headers[.ifMatch] == nil {
                throw Problem(.preconditionRequired, "Send the ETag of what you read as If-Match")
            }
            var response = try await handler(request)
            if case .bytes(let bytes) = response.body, !bytes.isEmpty {
                response.headers[.eTag] = EntityTag(of: bytes).text
            }
            return response
        }
        return endpoint
    }
}

extension Parameter {
    fileprivate static var ifMatch: Parameter {
        Parameter(
            "If-Match",
            .string(max: 1_024).example(#""lyZk0qvWq8r3Ww2lD1xV""#),
            "The ETag of the version that the change is meant for; * for any"
        )
    }
}
