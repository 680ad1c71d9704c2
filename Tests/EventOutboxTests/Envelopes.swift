import Events
import Foundation
import Origin

@testable import EventOutbox

extension EventEnvelope {
    /// An event of the log, for tests without a database.
    static func placed(_ position: Int, _ name: EventName = "tests.ping", key: String = "subject:a") -> EventEnvelope {
        EventEnvelope(
            id: UUID(),
            position: position,
            name: name,
            version: 1,
            key: OrderingKey(stored: key),
            payload: [],
            origin: Origin(),
            recordedAt: Date()
        )
    }
}
