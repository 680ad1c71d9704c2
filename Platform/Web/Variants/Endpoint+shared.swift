import HTTPTypes

/// For how long a reply may be kept, and what ends that earlier.
struct Sharing: Sendable {
    let lifetime: Duration
    let version: @Sendable () -> Int
}

extension Endpoint {
    /// The same endpoint, whose replies everybody may keep for a while: clients, proxies, and this process, which keeps
    /// them for a minute at most.
    ///
    /// `version` changes whenever something that they are made of does, and what this process has kept is void then: a
    /// request that comes after the change is never answered with what was begun before it. Clients and proxies cannot be
    /// told. Only for reads that are open to anyone and do not depend on who asks.
    public func shared(for lifetime: Duration, version: @escaping @Sendable () -> Int = { 0 }) -> Endpoint {
        precondition(method == .get && access == .anyone, "\(operationID): only what anyone may read can be shared")
        var endpoint = self
        endpoint.sharing = Sharing(lifetime: lifetime, version: version)
        return endpoint
    }

    /// The same endpoint with its replies kept here, if it allows that.
    func keeping(in replies: SharedReplies) -> Endpoint {
        guard let sharing else { return self }
        var endpoint = self
        let seconds = sharing.lifetime.components.seconds
        endpoint.handler = { [handler] request in
            // Read first: what changes from now on makes this reply void.
            let version = sharing.version()
            let key = "\(request.path)?\(request.query.text)"
            return try await replies.reply(key, version, for: min(sharing.lifetime, .seconds(60))) {
                var response = try await handler(request)
                response.headers[.cacheControl] = "public, max-age=\(seconds)"
                return response
            }
        }
        return endpoint
    }
}
