public import Resilience

/// A call to another server that got no answer.
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
    }

    /// What went wrong.
    public let code: Code
    /// In words. Never holds the URL, which may hold secrets.
    public let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Whether the same call may work a moment later. Whether it had its effect is not known, but for `connect`.
    public var isTransient: Bool {
        switch code {
        case .connect, .connection, .timeout: true
        case .url, .address, .size, .protocol: false
        }
    }

    /// The code and the words.
    public var description: String { "web client (\(code.rawValue)): \(reason)" }
}
