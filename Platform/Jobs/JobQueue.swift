public import FoundationEssentials
public import Identifiers
import Origin
public import Postgres
import StrictJSON

/// Enqueues jobs, in the transaction that makes them necessary.
///
/// Its copies share one doorbell: give the worker of this process the queue that the modules enqueue into, and a job
/// starts as soon as its transaction has committed. All queues of a database are one; other nodes find it by polling.
public struct JobQueue: Sendable {
    let doorbell = Doorbell()

    /// A queue that no worker listens to yet.
    public init() {}

    /// Enqueues a job if and when the transaction commits. It costs no round trip of its own.
    ///
    /// - Parameters:
    ///   - payload: What to do.
    ///   - id: The job's identifier. Enqueuing the same identifier again while the job is kept makes one job: derive
    ///     it from the event. A job that is done is not kept for long, so what must not happen again in a replay needs
    ///     a row of the module's own as well.
    ///   - priority: Which of two due jobs goes first.
    ///   - notBefore: The earliest moment; now unless given.
    ///   - tx: The transaction.
    public func enqueue<Payload: JobPayload>(
        _ payload: Payload,
        id: UUID = .v7(),
        priority: JobPriority = .normal,
        notBefore: Date? = nil,
        in tx: borrowing Transaction
    ) throws {
        let origin = Origin.current
        tx.send(
            """
            INSERT INTO jobs.job
                (id, kind, payload, priority, run_at, actor, request_id, correlation_id, causation_id, traceparent)
            VALUES (\(id), \(Payload.kind), \(RawJSON(utf8: try JSON(encoding: payload).bytes)), \(priority.rawValue),
                    coalesce(\(notBefore), now()), \(origin.actor), \(origin.requestID), \(origin.correlationID),
                    \(origin.causationID), \(origin.traceparent))
            ON CONFLICT (id) DO NOTHING
            """
        )
        ringOnce(after: tx)
    }

    /// Calls a job off. One that is running is told so with its worker's next heartbeat, and its outcome is ignored.
    ///
    /// - Returns: Whether there was something to call off.
    @discardableResult
    public func cancel(_ id: UUID, in tx: borrowing Transaction) async throws -> Bool {
        let cancelled = try await tx.execute(
            """
            UPDATE jobs.job SET state = 'cancelled', finished_at = now(), locked_by = NULL, heartbeat_at = NULL
            WHERE id = \(id) AND state IN ('ready', 'running')
            """
        )
        return cancelled == 1
    }

    /// A transaction that enqueues a thousand jobs rings once.
    private func ringOnce(after tx: borrowing Transaction) {
        _ = tx.scope.value(Visit.self) {
            tx.scope.afterCommit { [doorbell] in doorbell.ring() }
            return Visit()
        }
    }

    private final class Visit {}
}
