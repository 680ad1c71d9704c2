import EventOutbox
public import Events
import RabbitMQ

extension Relay {
    /// Publishes events once more, for `OutboxOperations` to replay, over a connection for this alone.
    ///
    /// The messages have the ids that they had: a receiver that remembers them drops them, one that lost them does not.
    /// They come in order per key among themselves, and after newer ones that were published meanwhile.
    public func publishAgain(_ events: [EventEnvelope]) async throws {
        let publisher = RabbitMQPublisher(broker, exchange: exchange, mandatory: isMandatory)
        do {
            for wave in events.waves {
                let failures = try await publisher.publish(wave.map(message)).compactMap(\.failure)
                if let failure = failures.first { throw failure }
            }
        } catch {
            await publisher.close()
            throw error
        }
        await publisher.close()
    }
}
