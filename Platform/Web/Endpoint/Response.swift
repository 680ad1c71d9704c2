public import HTTPTypes

/// A finished reply: what goes over the wire, before the server adds what every reply carries.
public struct Response: Sendable {
    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headers: HTTPFields
    /// The whole body.
    public var body: [UInt8]

    /// A reply of these parts.
    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
