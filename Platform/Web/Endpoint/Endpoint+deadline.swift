extension Endpoint {
    /// The same endpoint with more time than the configured deadline, for work that grows with what there is.
    ///
    /// Clients and proxies have to be as patient. A graceful stop waits for the configured deadline only.
    public func answering(within limit: Duration) -> Endpoint {
        var endpoint = self
        endpoint.ownDeadline = limit
        return endpoint
    }
}
