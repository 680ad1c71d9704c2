import HTTPTypes

extension HTTPField.Name {
    static let requestID = known("X-Request-ID")
    static let position = known("Storytime-Position")
    static let waitFor = known("Storytime-Wait-For")
    static let freshness = known("Storytime-Freshness")
    static let traceparent = known("traceparent")
    static let tracestate = known("tracestate")
    static let rateLimit = known("RateLimit")
    static let rateLimitPolicy = known("RateLimit-Policy")
    static let link = known("Link")
    static let noCompression = known("X-No-Compression")
    static let host = known("Host")
    static let forwarded = known("Forwarded")
    static let forwardedFor = known("X-Forwarded-For")
    static let acceptPost = known("Accept-Post")
    static let acceptPatch = known("Accept-Patch")
    static let frameOptions = known("X-Frame-Options")
    static let referrerPolicy = known("Referrer-Policy")
    static let resourcePolicy = known("Cross-Origin-Resource-Policy")
    static let openerPolicy = known("Cross-Origin-Opener-Policy")
    static let permittedCrossDomainPolicies = known("X-Permitted-Cross-Domain-Policies")

    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header field name") }
        return name
    }
}
