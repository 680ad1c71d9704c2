/// An error that knows whether the same call may work a moment later.
public protocol TransientFailure: Error {
    /// Whether trying again can help.
    var isTransient: Bool { get }
    /// How long to wait at least, when the other side has said so.
    var retryAfter: Duration? { get }
}

extension TransientFailure {
    /// Nothing was said.
    public var retryAfter: Duration? { nil }
}
