import FoundationEssentials
public import HTTPTypes

/// What another server is asked.
public struct WebRequest: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// The header fields.
    public var headers: HTTPFields
    /// The body.
    public var body: [UInt8]

    /// A request of these parts.
    public init(
        _ method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.headers = headers
        self.body = body
    }

    /// Whether making it twice is as good as once: because of its method (RFC 9110, section 9.2.2), or because it has a key
    /// by which the other side knows it again.
    public var isRepeatable: Bool {
        [.get, .head, .put, .delete, .options, .trace].contains(method)
            || HTTPField.Name("Idempotency-Key").map { headers.contains($0) } ?? false
    }
}

/// What another server answered, whatever its status.
public struct WebReply: Sendable {
    /// The status.
    public let status: HTTPResponse.Status
    /// The header fields.
    public let headers: HTTPFields
    /// The whole body.
    public let body: [UInt8]
    /// Whether the request may be made again.
    let isRepeatable: Bool

    /// How long the other side asks to be left alone (`Retry-After`, in seconds or until a date).
    public var retryAfter: Duration? {
        guard let text = headers[.retryAfter] else { return nil }
        if let seconds = UInt32(text) { return .seconds(Int(seconds)) }
        return Date(http: text).map { .seconds(max(0, $0.timeIntervalSinceNow)) }
    }

    /// The reply if all went well. Ask for it inside a policy, which sees errors alone.
    ///
    /// - Throws: ``WebClientError`` with `status`. It is transient where the other side was busy or away, if the request is
    ///   repeatable or if `Retry-After` invites to repeat it.
    public func successful() throws(WebClientError) -> WebReply {
        guard status.kind != .successful else { return self }
        let isPassing = [408, 429, 500, 502, 503, 504].contains(status.code)
        throw WebClientError(
            .status,
            "the status is \(status.code)",
            repeatable: isPassing && (isRepeatable || retryAfter != nil),
            retryAfter: retryAfter
        )
    }
}
