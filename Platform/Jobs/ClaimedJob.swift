import FoundationEssentials
import Origin
import Postgres

/// A job that this worker has taken, with all it needs to run it.
struct ClaimedJob: Sendable {
    /// Names one attempt: the fence that keeps a worker which lost its job from marking it.
    struct Claim: Sendable, Hashable {
        let id: UUID
        let attempt: Int
    }

    let claim: Claim
    let kind: String
    let payload: [UInt8]
    let origin: Origin

    init(_ row: Row) throws {
        let payload: RawJSON = try row["payload"]
        claim = Claim(id: try row["id"], attempt: try row["attempts"])
        kind = try row["kind"]
        self.payload = payload.utf8
        origin = Origin(
            actor: try row["actor"],
            requestID: try row["request_id"],
            correlationID: try row["correlation_id"],
            causationID: try row["causation_id"],
            traceparent: try row["traceparent"]
        )
    }
}
