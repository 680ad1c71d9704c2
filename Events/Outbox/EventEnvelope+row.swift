import Events
import FoundationEssentials
import Origin
import Postgres

extension EventEnvelope {
    /// The columns of `events.event`, as `e`, and the position of `events.log`, that an envelope is read from.
    static let columns = """
        e.id, e.name, e.version, e.key, e.payload, e.actor, e.request_id, e.correlation_id, e.causation_id,
        e.traceparent, e.recorded_at
        """

    /// The same for one listener, with what an operator has put in the payload's place (`events.edit`, as `r`).
    static let editedColumns = """
        e.id, e.name, coalesce(r.version, e.version) AS version, e.key, coalesce(r.payload, e.payload) AS payload,
        e.actor, e.request_id, e.correlation_id, e.causation_id, e.traceparent, e.recorded_at
        """

    init(_ row: Row) throws {
        let payload: RawJSON = try row["payload"]
        self.init(
            id: try row["id"],
            position: try row["position"],
            name: EventName(rawValue: try row["name"]),
            version: try row["version"],
            key: OrderingKey(stored: try row["key"]),
            payload: payload.utf8,
            origin: Origin(
                actor: try row["actor"],
                requestID: try row["request_id"],
                correlationID: try row["correlation_id"],
                causationID: try row["causation_id"],
                traceparent: try row["traceparent"]
            ),
            recordedAt: try row["recorded_at"]
        )
    }
}
