import HTTPTypes

extension [RateLimiting.Standing] {
    /// `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10.
    var fields: HTTPFields {
        guard !isEmpty else { return [:] }
        let state = map { "\"\($0.limit.name)\";r=\($0.remaining);t=\($0.reset.wholeSeconds)" }
        let policy = map { "\"\($0.limit.name)\";q=\($0.limit.quota);w=\($0.limit.window.wholeSeconds)" }
        return [.rateLimit: state.joined(separator: ", "), .rateLimitPolicy: policy.joined(separator: ", ")]
    }
}

extension Problem {
    /// What a client is told whose request was refused; nil when nothing refuses it.
    init?(refusedBy standings: [RateLimiting.Standing], _ fields: HTTPFields) {
        guard let worst = standings.max(by: { $0.reset < $1.reset }) else { return nil }
        let (limit, wait) = (worst.limit, Swift.max(1, worst.reset.wholeSeconds))
        self.init(
            .rateLimited,
            "The limit \"\(limit.name)\" is \(limit.quota) requests in \(limit.window.wholeSeconds) seconds; "
                + "try again in \(wait) seconds",
            retryAfter: wait,
            headers: fields
        )
    }
}

extension Duration {
    /// Rounded up, so that whoever waits for so long has waited long enough.
    fileprivate var wholeSeconds: Int { Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0) }
}
