public import Postgres

/// How full the queue is, for health checks and metrics.
public struct JobNumbers: Sendable, Hashable {
    /// Jobs that wait, whether due or not.
    public let ready: Int
    /// Jobs at work on any node.
    public let running: Int
    /// Jobs that are done and not yet swept.
    public let done: Int
    /// Jobs that failed for good and are kept for inspection.
    public let failed: Int
    /// Jobs that were called off and are not yet swept.
    public let cancelled: Int
    /// For how many seconds the oldest due job has been due; 0 when none is.
    public let oldestDueSeconds: Double

    /// Reads the numbers of the whole cluster.
    public init(of database: Database) async throws {
        let rows = try await database.read(
            """
            SELECT count(*) FILTER (WHERE state = 'ready') AS ready,
                   count(*) FILTER (WHERE state = 'running') AS running,
                   count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE state = 'failed') AS failed,
                   count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
                   greatest(0, extract(epoch FROM now() - min(run_at) FILTER (WHERE state = 'ready')))::float8 AS oldest
            FROM jobs.job
            """
        )
        let row = rows[0]
        ready = try row["ready"]
        running = try row["running"]
        done = try row["done"]
        failed = try row["failed"]
        cancelled = try row["cancelled"]
        oldestDueSeconds = try row["oldest"]
    }
}
