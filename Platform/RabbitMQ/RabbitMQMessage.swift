public import FoundationEssentials

/// A message to an exchange. It is persistent: durable queues keep it when the broker is restarted.
public struct RabbitMQMessage: Sendable, Hashable {
    /// What the exchange routes by: up to 255 bytes.
    public var routingKey: String
    /// The body.
    public var body: [UInt8]
    /// What the body is.
    public var contentType: String
    /// What receivers recognise a message by that comes twice. Unique within a batch.
    public var id: String
    /// What the message says, in one word.
    public var type: String
    /// When what it says happened, in whole seconds.
    public var timestamp: Date
    /// Further headers.
    public var headers: [Header]

    /// A header; its value is a text.
    public struct Header: Sendable, Hashable {
        /// Up to 128 bytes.
        public let name: String
        /// The value.
        public let value: String

        /// A header.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A message.
    public init(
        routingKey: String,
        body: [UInt8],
        contentType: String,
        id: String,
        type: String,
        timestamp: Date,
        headers: [Header] = []
    ) {
        self.routingKey = routingKey
        self.body = body
        self.contentType = contentType
        self.id = id
        self.type = type
        self.timestamp = timestamp
        self.headers = headers
    }

    /// Why it cannot be sent at all; nil when it can.
    var fault: String? {
        let shorts = [("routing key", routingKey), ("content type", contentType), ("id", id), ("type", type)]
        if let long = shorts.first(where: { $0.1.utf8.count > 255 }) { return "its \(long.0) has more than 255 bytes" }
        if let header = headers.first(where: { !(1...128).contains($0.name.utf8.count) }) {
            return "a header's name has \(header.name.utf8.count) bytes; 1 to 128 are allowed"
        }
        // Properties and headers travel in one frame.
        let size = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 8 }
        return size > 100_000 ? "its headers have more than 100,000 bytes" : nil
    }
}

/// What became of a message.
public enum PublishOutcome: Sendable, Hashable {
    /// The broker has it: every queue that it was routed to keeps it.
    case confirmed
    /// The broker could not take it, such as for a queue that is full (`basic.nack`).
    case nacked
    /// No queue is bound that it could go to; only told when asked for (`mandatory`).
    case unroutable(String)
    /// It cannot be sent as it is.
    case refused(String)
}
