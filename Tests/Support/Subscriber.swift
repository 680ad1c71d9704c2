import Foundation

/// A receiver of a broker's messages, in another process and another language: an independent judge of what arrives.
package final class Subscriber: Sendable {
    /// A message as it arrived.
    package struct Message: Decodable, Sendable {
        /// `message-id`.
        package let id: String?
        /// What it was routed by.
        package let routingKey: String
        /// `content-type`.
        package let contentType: String?
        /// `type`.
        package let type: String?
        /// `timestamp`, in seconds since 1970.
        package let timestamp: Int?
        /// 2 is persistent.
        package let deliveryMode: Int?
        /// The headers, as texts.
        package let headers: [String: String]
        /// The attributes as the CloudEvents SDK reads them; nil when the headers say nothing of an event.
        package let event: [String: String]?
        /// Bytes of the body.
        package let size: Int
        /// The body, unless it is long.
        package let body: String
    }

    /// The exchange's name, the test's own.
    package let exchange: String
    private let peer: Peer

    /// Makes an exchange (a topic) and a durable queue bound to it, and begins to receive.
    package init(
        _ broker: PrivateBroker,
        exchange: String = "tests.\(UUID().uuidString)",
        bind keys: [String] = ["#"],
        maxLength: Int? = nil,
        isIdle: Bool = false
    ) async throws {
        self.exchange = exchange
        var words = [Peer.python, Peer.checkout("Tests/Support/Peers/subscribe.py"), "--url", broker.url]
        words += ["--exchange", exchange, "--queue", "\(exchange).\(UUID().uuidString)"]
        for key in keys { words += ["--bind", key] }
        if let maxLength { words += ["--max-length", "\(maxLength)"] }
        if isIdle { words += ["--idle"] }
        peer = try Peer(words)
        _ = try await peer.nextLine()
    }

    deinit { peer.end() }

    /// The next message.
    package func next() async throws -> Message {
        try JSONDecoder().decode(Message.self, from: Data(try await peer.nextLine().utf8))
    }

    /// So many messages.
    package func next(_ count: Int) async throws -> [Message] {
        var messages: [Message] = []
        while messages.count < count { messages.append(try await next()) }
        return messages
    }

    /// Receives until the messages with all these bodies have come; returns all, in the order of arrival.
    package func next(untilAll wanted: Set<String>, by part: (Message) -> String) async throws -> [Message] {
        var messages: [Message] = []
        var missing = wanted
        while !missing.isEmpty {
            let message = try await next()
            missing.remove(part(message))
            messages.append(message)
        }
        return messages
    }

    /// Does one thing more, and waits until it is done. For a subscriber that does not receive meanwhile.
    package func obey(_ command: String) async throws {
        try peer.say(command)
        let done = try await peer.nextLine()
        guard done.contains("done") else { throw PeerEnded(reason: "\(command) was answered by \(done)") }
    }
}
