import HTTPTypes

/// Lets pages of the listed web sites call the API (the CORS protocol of WHATWG Fetch).
///
/// There are no cookies, so credentials never enter into it; an origin that is not listed is told nothing.
struct CrossOrigin: Sendable {
    let origins: Set<WebOrigin>

    /// The answer to whether a page may send such a request; nil when nobody asked that.
    ///
    /// Browsers keep it for two hours.
    func preflight(_ headers: HTTPFields, allow: String) -> Response? {
        guard !origins.isEmpty, headers[.accessControlRequestMethod] != nil, isListed(headers[.origin]) else {
            return nil
        }
        return Response(
            status: .noContent,
            headers: [
                .allow: allow,
                .accessControlAllowMethods: allow,
                .accessControlAllowHeaders: Self.accepted,
                .accessControlMaxAge: "7200",
            ]
        )
    }

    /// Says who may read a reply, and that it depends on who asks.
    func open(_ response: inout Response, to headers: HTTPFields) {
        guard !origins.isEmpty else { return }
        response.vary(by: .origin)
        guard isListed(headers[.origin]) else { return }
        response.headers[.accessControlAllowOrigin] = headers[.origin]
        response.headers[.accessControlExposeHeaders] = Self.exposed
    }

    private func isListed(_ origin: String?) -> Bool {
        guard let origin, let known = WebOrigin(origin) else { return false }
        return origins.contains(known)
    }

    private static let accepted = [
        "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "traceparent",
        "tracestate", "X-No-Compression", HTTPField.Name.requestID.rawName, HTTPField.Name.waitFor.rawName,
    ].joined(separator: ", ")

    private static let exposed = [
        "ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotent-Replayed",
        "Deprecation", "Sunset", HTTPField.Name.requestID.rawName, HTTPField.Name.position.rawName,
        HTTPField.Name.freshness.rawName,
    ].joined(separator: ", ")
}

extension Response {
    /// Adds a field to those that the reply depends on.
    mutating func vary(by name: HTTPField.Name) {
        headers[.vary] = headers[.vary].map { "\($0), \(name.rawName)" } ?? name.rawName
    }
}
