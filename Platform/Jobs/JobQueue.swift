public import FoundationEssentials
public import Identifiers
import Origin
public import Postgres
import StrictJSON

/// Enqueues jobs, in the transaction that makes them necessary.
public struct JobQueue: Sendable {
    /// A queue. All queues of a database are one.
    public init() {}

    /// Enqueues a job if and when the transaction commits. It costs no round trip of its own.
    ///
    /// - Parameters:
    ///   - payload: What to do.
    ///   - id: The job's identifier. Enqueuing the same identifier twice, as a replayed listener does, makes one job:
    ///     derive it from the event.
    ///   - priority: Which of two due jobs goes first.
    ///   - notBefore: The earliest moment; now unless given.
    ///   - tx: The transaction.
    public func enqueue<Payload: JobPayload>(
        _ payload: Payload, id: UUID = .v7(), priority: JobPriority = .normal, notBefore: Date? = nil,
        in tx: borrowing Transaction
    ) throws {
        let origin = Origin.current
        tx.send(
            """
            INSERT INTO jobs.job (id, kind, payload, priority, run_at, request_id, correlation_id, traceparent)
            VALUES (\(id), \(Payload.kind), \(RawJSON(utf8: try JSON(encoding: payload).bytes)), \(priority.rawValue),
                    coalesce(\(notBefore), now()), \(origin.requestID), \(origin.correlationID), \(origin.traceparent))
            ON CONFLICT (id) DO NOTHING
            """
        )
    }
}
