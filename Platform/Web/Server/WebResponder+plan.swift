import HTTPTypes

extension WebResponder {
    /// The reply to what no endpoint has to answer; nil for what one has.
    ///
    /// - Throws: ``Problem`` 400, 404 or 405.
    func ownReply(to exchange: Exchange) throws(Problem) -> Response? {
        try checkHost(exchange.head)
        let method = exchange.head.method
        if exchange.path == "*", method == .options { return Response(status: .noContent) }
        guard let match = exchange.destination.match else {
            throw Problem(.notFound, "There is nothing at this path; see /openapi.json")
        }
        guard exchange.route == nil else { return nil }
        let allow = match.methods.allow
        guard method == .options else {
            throw Problem(.methodNotAllowed, "Use one of \(allow)", headers: [.allow: allow])
        }
        let crossOrigin = CrossOrigin(origins: configuration.origins)
        if let preflight = crossOrigin.preflight(exchange.head.headerFields, allow: allow) { return preflight }
        return Response(status: .noContent, headers: [.allow: allow])
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
