import HTTPTypes

extension WebResponder {
    /// What will answer a request, as far as method and path can tell.
    enum Plan {
        case reply(Response)
        case ask(Route)
    }

    /// - Throws: ``Problem`` 400, 404 or 405.
    func plan(_ exchange: Exchange) throws(Problem) -> Plan {
        try checkHost(exchange.head)
        let method = exchange.head.method
        if exchange.path == "*", method == .options { return .reply(Response(status: .noContent)) }
        guard let match = exchange.destination.match else {
            throw Problem(.notFound, "There is nothing at this path; see /openapi.json")
        }
        if let route = exchange.route { return .ask(route) }
        let allow = match.methods.allow
        guard method == .options else {
            throw Problem(.methodNotAllowed, "Use one of \(allow)", headers: [.allow: allow])
        }
        let crossOrigin = CrossOrigin(origins: configuration.origins)
        if let preflight = crossOrigin.preflight(exchange.head.headerFields, allow: allow) { return .reply(preflight) }
        return .reply(Response(status: .noContent, headers: [.allow: allow]))
    }

    /// RFC 9112 §3.2 asks for exactly one Host, and for a host in it.
    ///
    /// The first becomes the authority, so a second one shows as a header field.
    private func checkHost(_ head: HTTPRequest) throws(Problem) {
        guard let authority = head.authority, authority[...].isAuthority, head.headerFields[.host] == nil else {
            throw Problem(
                .malformedRequest,
                "Send exactly one Host header field, with a host and perhaps a port",
                headers: [.connection: "close"]
            )
        }
    }
}
