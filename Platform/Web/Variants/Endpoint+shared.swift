import HTTPTypes

extension Endpoint {
    /// The same endpoint, whose replies everybody may keep for a while: clients, proxies, and this process, which keeps
    /// them for a minute at most so that operators need not wait for longer.
    ///
    /// What is kept may be that old. Only for reads that are open to anyone and do not depend on who asks.
    public func shared(for lifetime: Duration) -> Endpoint {
        precondition(method == .get && access == .anyone, "\(operationID): only what anyone may read can be shared")
        var endpoint = self
        endpoint.lifetime = lifetime
        return endpoint
    }

    /// The same endpoint with its replies kept here, if it allows that.
    func keeping(in replies: SharedReplies) -> Endpoint {
        guard let lifetime else { return self }
        var endpoint = self
        let seconds = lifetime.components.seconds
        endpoint.handler = { [handler] request in
            try await replies.reply("\(request.path)?\(request.query.text)", for: min(lifetime, .seconds(60))) {
                var response = try await handler(request)
                response.headers[.cacheControl] = "public, max-age=\(seconds)"
                return response
            }
        }
        return endpoint
    }
}
