/// What Redis holds for one key, for operators.
public struct CachePeek: Sendable, Equatable {
    /// The value; nil when it is known that there is no such thing.
    public let bytes: [UInt8]?
    /// When it expires, in milliseconds since 1970.
    public let expiry: Int
}
