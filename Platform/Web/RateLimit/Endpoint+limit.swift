import HTTPTypes

extension Endpoint {
    /// The same endpoint with a limit of its own, beside the one that all of an account's requests share.
    public func limited(to limit: RateLimit) -> Endpoint {
        var endpoint = self
        endpoint.ownLimit = limit
        return endpoint
    }

    /// The limit of its own; everything for administrators has one.
    var limit: RateLimit? {
        if let ownLimit { return ownLimit }
        guard access == .administrator else { return nil }
        return method.isSafe ? .administrationRead : .administrationWrite
    }

    /// The same endpoint, whose requests count.
    func counted() -> Endpoint {
        var endpoint = adding([.rateLimited], [.rateLimit, .rateLimitPolicy])
        endpoint.isCounted = true
        return endpoint
    }
}
