/// The exchange that messages go to.
public struct RabbitMQExchange: Sendable, Hashable {
    /// What is done about it when a connection begins.
    public enum Setup: String, Sendable, CaseIterable {
        /// It has to be there; whoever runs the broker has made it, of whatever kind.
        case check
        /// It is made where it is missing: durable, of the kind `topic`.
        case declare
    }

    /// Its name.
    public let name: String
    /// Whether it may be made.
    public let setup: Setup

    /// Names an exchange. The default exchange has no name and cannot be checked, so it is refused.
    public init(_ name: String, setup: Setup = .check) throws(RabbitMQError) {
        guard (1...255).contains(name.utf8.count), !name.utf8.contains(0) else {
            throw RabbitMQError(.configuration, "an exchange's name has 1 to 255 bytes")
        }
        self.name = name
        self.setup = setup
    }
}
