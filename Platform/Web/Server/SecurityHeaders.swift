import HTTPTypes

extension Response {
    /// Adds what every reply carries, unless the reply chose for itself: an API's replies are never framed, sniffed, stored
    /// or run.
    mutating func addSecurityHeaders() {
        for (name, value) in Self.securityHeaders where headers[name] == nil { headers[name] = value }
    }

    private static let securityHeaders: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
        (.xContentTypeOptions, "nosniff"),
        (.frameOptions, "DENY"),
        (.referrerPolicy, "no-referrer"),
        (.strictTransportSecurity, "max-age=31536000; includeSubDomains"),
        (.openerPolicy, "same-origin"),
        (.resourcePolicy, "same-origin"),
        (.permittedCrossDomainPolicies, "none"),
        (.cacheControl, "no-store"),
    ]
}
