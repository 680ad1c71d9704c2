public import EventDelivery
public import Postgres

/// The publishing side of the event path: whoever records events needs only this.
///
/// Several may share a database; an ``OutboxDelivery`` somewhere brings the events to the listeners.
public struct Outbox: Sendable {
    /// Publishes events; give it to the modules.
    public let recorder: EventRecorder
    let database: Database
    let committed: CommittedEvents
    let progress = LaneProgress()
    let metrics = DeliveryMetrics()

    /// An outbox in a migrated database.
    public init(_ database: Database) {
        self.database = database
        committed = CommittedEvents()
        recorder = committed.makeRecorder()
    }
}
