public import Resilience

/// A call to another server that got no answer, or none that will do.
public struct WebClientError: TransientFailure, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Sendable {
        /// The URL cannot be called.
        case url
        /// The address may not be called; see ``AddressGuard``.
        case address
        /// No connection came about.
        case connect
        /// The connection broke.
        case connection
        /// It took too long.
        case timeout
        /// The reply's body is larger than allowed.
        case size
        /// The other side does not speak HTTP, or the reply contradicts itself.
        case `protocol`
        /// The status is no success; see ``WebReply/successful()``.
        case status
    }

    /// What went wrong.
    public let code: Code
    /// In words. Never holds the URL, which may hold secrets.
    public let reason: String

    /// How long to wait at least, when the other side has said so.
    public let retryAfter: Duration?
    /// Whether the same call may be made again a moment later. Where it may have had its effect, only a request that
    /// ``WebRequest/isRepeatable`` may.
    public let isTransient: Bool

    init(_ code: Code, _ reason: String, repeatable: Bool = true, retryAfter: Duration? = nil) {
        self.code = code
        self.reason = reason
        self.retryAfter = retryAfter
        isTransient =
            switch code {
            case .connect: true
            case .connection, .timeout, .status: repeatable
            case .url, .address, .size, .protocol: false
            }
    }

    /// The code and the words.
    public var description: String { "web client (\(code.rawValue)): \(reason)" }
}
