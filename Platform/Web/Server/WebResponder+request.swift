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
        _ route: Route,
        _ identity: Identity?,
        _ body: [UInt8],
        _ exchange: Exchange
    ) throws -> Request {
        let pathValues = exchange.destination.match?.values ?? []
        try check(pathValues, of: route.endpoint.pathParameters)
        try checkMediaType(exchange, route)
        try route.endpoint.checkHeaders(exchange.head.headerFields)
        return Request(
            id: exchange.identifier.text,
            method: exchange.head.method,
            path: String(exchange.path),
            headers: exchange.head.headerFields,
            query: try QueryValues(exchange.destination.query, route.endpoint.queryParameters),
            body: body,
            clientAddress: exchange.clientAddress,
            route: route,
            pathValues: pathValues,
            provenIdentity: identity,
            seal: seal,
            serverLogger: logger
        )
    }

    /// Who sent it.
    ///
    /// - Throws: ``Problem`` 401 or 403.
    func identity(for access: Access, _ headers: HTTPFields) async throws -> Identity? {
        guard access != .anyone else { return nil }
        guard let token = headers[.authorization].flatMap(Self.bearerToken) else {
            throw Problem(.authenticationRequired, "Send a bearer token in the Authorization header field")
        }
        let identity = try await authenticator.authenticate(token)
        guard access.admits(identity.role) else {
            throw Problem(.invalidRole, "This needs the role \(access)")
        }
        return identity
    }

    static func bearerToken(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].trimmed)
    }

    /// A value that does not look like one of ours names nothing, so it is 404 like any other name of nothing.
    private func check(_ values: [String], of parameters: [Parameter]) throws {
        for (text, parameter) in zip(values, parameters) {
            guard parameter.schema.violations(in: parameter.value(of: text)).isEmpty else {
                throw Problem.notFound(parameter.name)
            }
        }
    }

    private func checkMediaType(_ exchange: Exchange, _ route: Route) throws {
        guard let content = route.endpoint.accepts, !content.accepts(exchange.head.headerFields[.contentType]) else {
            return
        }
        let field: HTTPField.Name = route.endpoint.method == .patch ? .acceptPatch : .acceptPost
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
