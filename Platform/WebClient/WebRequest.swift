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
}

/// What another server answered, whatever its status.
public struct WebReply: Sendable {
    /// The status.
    public let status: HTTPResponse.Status
    /// The header fields.
    public let headers: HTTPFields
    /// The whole body.
    public let body: [UInt8]
}
