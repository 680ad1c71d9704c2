/// A value that is JSON already, such as one that a cache keeps; declared, and sent, as the value itself would be.
public struct Encoded<Value: ResponseBody>: ReplyBody {
    /// The JSON.
    public let bytes: [UInt8]
    /// Where it goes on, if it is a page.
    var nextCursor: String?

    /// Encodes a value.
    public init(_ value: Value) throws {
        guard case .bytes(let bytes) = try value.body() else { throw NotBytes() }
        self.bytes = bytes
    }

    /// What an earlier one has encoded.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes as they are.
    public func body() -> Response.Body { .bytes(bytes) }

    private struct NotBytes: Error {}
}

extension Success {
    /// 200 with a JSON value that may be encoded already.
    public static func ok<Value>(encoded type: Value.Type) -> Success where Output == Encoded<Value> {
        Success(declaration: Success<Value>.ok(type).declaration)
    }
}
