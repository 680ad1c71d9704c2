import HTTPTypes
import Identifiers
import Logging
import NIOCore
import Origin

extension WebResponder {
    /// What the handler gets, after everything that can be checked for it was checked.
    ///
    /// - Throws: ``Problem`` 400, 404, 415 or 422, in the order in which a client should hear of them.
    func request(
        _ endpoint: Endpoint,
        _ identity: Identity?,
        _ values: [String],
        _ body: [UInt8],
        _ exchange: Exchange
    ) throws -> Request {
        let pathValues = try pathValues(values, endpoint)
        try checkMediaType(exchange, endpoint)
        try endpoint.checkHeaders(exchange.head.headerFields)
        return Request(
            id: exchange.identifier.text,
            method: exchange.head.method,
            path: String(exchange.path),
            headers: exchange.head.headerFields,
            query: try QueryValues(exchange.query, endpoint.queryParameters),
            body: body,
            clientAddress: exchange.clientAddress,
            logger: exchange.logger,
            endpoint: endpoint,
            pathValues: pathValues,
            provenIdentity: identity,
            seal: seal
        )
    }

    /// Who sent it.
    ///
    /// - Throws: ``Problem`` 401 or 403.
    func identity(for endpoint: Endpoint, _ headers: HTTPFields) async throws -> Identity? {
        guard endpoint.access != .anyone else { return nil }
        guard let token = headers[.authorization].flatMap(Self.bearerToken) else {
            throw Problem(.authenticationRequired, "Send a bearer token in the Authorization header field")
        }
        let identity = try await authenticator.authenticate(token)
        guard endpoint.access.admits(identity.role) else {
            throw Problem(.invalidRole, "This needs the role \(endpoint.access)")
        }
        return identity
    }

    static func bearerToken(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].trimmed)
    }

    /// A value that does not look like one of ours names nothing, so it is 404 like any other name of nothing.
    private func pathValues(_ texts: [String], _ endpoint: Endpoint) throws -> [String: String] {
        var values: [String: String] = [:]
        for (text, parameter) in zip(texts, endpoint.pathParameters) {
            guard parameter.schema.violations(in: parameter.value(of: text)).isEmpty else {
                throw Problem.notFound(parameter.name)
            }
            values[parameter.name] = text
        }
        return values
    }

    private func checkMediaType(_ exchange: Exchange, _ endpoint: Endpoint) throws {
        guard let content = endpoint.accepts, !content.accepts(exchange.head.headerFields[.contentType]) else { return }
        let field: HTTPField.Name = endpoint.method == .patch ? .acceptPatch : .acceptPost
        throw Problem(
            .unsupportedMediaType,
            "Send the body as \(content.headerValue)",
            headers: [field: content.mediaType, .accept: content.mediaType]
        )
    }
}

extension Exchange {
    /// Why whatever the handler sets in motion happens.
    func origin(_ identity: Identity?) -> Origin {
        Origin(
            actor: identity.map { "user:\($0.user)" },
            requestID: identifier.text,
            correlationID: identifier.correlation
        )
    }
}
