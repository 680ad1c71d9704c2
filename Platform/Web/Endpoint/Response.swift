public import HTTPTypes

/// A finished reply: what goes over the wire, before the server adds what every reply carries.
public struct Response: Sendable {
    /// What follows the head.
    public enum Body: Sendable {
        /// The whole body at once.
        case bytes([UInt8])
        /// A body that is made while it is sent.
        case stream(Stream)

        /// Its size in bytes; nil for a stream, whose end nobody knows.
        var count: Int? {
            guard case .bytes(let bytes) = self else { return nil }
            return bytes.count
        }
    }

    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headers: HTTPFields
    /// The body.
    public var body: Body
    /// What was found out about the body before, if it was sent before.
    var encoded: Encoded?

    /// The name of what the body is only a part of, with the part's behind it.
    var partTag: EntityTag?

    /// Where the next page begins, if this is one of several.
    var nextCursor: String?

    struct Encoded: Sendable {
        let tag: EntityTag
        let gzip: [UInt8]?
    }

    /// A reply of these parts.
    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
