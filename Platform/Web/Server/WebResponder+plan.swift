import HTTPTypes

extension WebResponder {
    /// What will answer a request, as far as its head can tell.
    enum Plan {
        case reply(Response)
        case run(Endpoint, values: [String: String], Identity?)
    }

    /// - Throws: ``Problem`` 400, 401, 403, 404, 405 or 415.
    func plan(_ exchange: inout Exchange) async throws -> Plan {
        try checkHost(exchange.head)
        if exchange.path == "*", exchange.head.method == .options { return .reply(Response(status: .noContent)) }
        guard let match = routes.match(exchange.path) else {
            throw Problem(.notFound, "There is nothing at this path; see /openapi.json")
        }
        guard let endpoint = match.methods.endpoint(for: exchange.head.method) else {
            return .reply(try otherMethod(exchange.head.method, match.methods.allow))
        }
        exchange.endpoint = endpoint
        let identity = try await identity(for: endpoint, exchange.head.headerFields)
        let values = try pathValues(match.values, endpoint)
        try checkMediaType(exchange, endpoint)
        return .run(endpoint, values: values, identity)
    }

    /// RFC 9112 §3.2: exactly one Host. The first becomes the authority, so a second one shows as a header field.
    private func checkHost(_ head: HTTPRequest) throws {
        guard let authority = head.authority, !authority.isEmpty, head.headerFields[.host] == nil else {
            throw Problem(.malformedRequest, "Send exactly one Host header field", headers: [.connection: "close"])
        }
    }

    private func otherMethod(_ method: HTTPRequest.Method, _ allow: String) throws -> Response {
        guard method == .options else {
            throw Problem(.methodNotAllowed, "Use one of \(allow)", headers: [.allow: allow])
        }
        return Response(status: .noContent, headers: [.allow: allow])
    }

    private func identity(for endpoint: Endpoint, _ headers: HTTPFields) async throws -> Identity? {
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

    private static func bearerToken(_ authorization: String) -> String? {
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

extension RouteTable.Methods {
    /// HEAD is answered by the endpoint of GET.
    func endpoint(for method: HTTPRequest.Method) -> Endpoint? {
        endpoints[method] ?? (method == .head ? endpoints[.get] : nil)
    }
}
