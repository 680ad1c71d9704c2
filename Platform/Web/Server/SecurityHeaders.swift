import HTTPTypes

extension Response {
    /// Adds what every reply carries, unless the reply chose for itself: an API's replies are never framed, sniffed, stored
    /// or run.
    mutating func addSecurityHeaders() {
        for field in Self.securityHeaders where !headers.contains(field.name) { headers.append(field) }
    }

    private static let securityHeaders: [HTTPField] = [
        HTTPField(name: .contentSecurityPolicy, value: "default-src 'none'; frame-ancestors 'none'"),
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .frameOptions, value: "DENY"),
        HTTPField(name: .referrerPolicy, value: "no-referrer"),
        HTTPField(name: .strictTransportSecurity, value: "max-age=31536000; includeSubDomains"),
        HTTPField(name: .openerPolicy, value: "same-origin"),
        HTTPField(name: .resourcePolicy, value: "same-origin"),
        HTTPField(name: .permittedCrossDomainPolicies, value: "none"),
        HTTPField(name: .cacheControl, value: "no-store"),
    ]
}
