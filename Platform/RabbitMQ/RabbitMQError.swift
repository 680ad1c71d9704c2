/// Why a broker did not do what it was asked.
///
/// Safe to log: it never holds a password, nor the user's name.
public struct RabbitMQError: Error, Hashable {
    /// What a caller can do about it.
    public enum Code: String, Sendable {
        /// The configuration cannot be used as it is written.
        case configuration
        /// Nobody answers there, or not in time. It may work later.
        case unreachable
        /// The broker's certificate is not to be trusted, or it does not speak TLS.
        case untrusted
        /// The broker does not take our login, or does not let us do this.
        case forbidden
        /// The virtual host or the exchange does not exist, or is of another kind.
        case missing
        /// The connection broke; what was not confirmed may have arrived.
        case connectionLost
        /// The broker did not confirm in time; what was not confirmed may have arrived.
        case unconfirmed
        /// The broker refused one message for what it is, such as its size. Sending it again changes nothing.
        case messageRefused
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, in the broker's words or ours.
    public let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension RabbitMQError: CustomStringConvertible {
    /// One line for a log.
    public var description: String { "RabbitMQ (\(code.rawValue)): \(reason)" }
}
