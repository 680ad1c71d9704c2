public import Logging
public import Postgres
public import ServiceLifecycle

/// Removes the keys whose time is up, so that no request pays for it.
///
/// Any number of nodes may run one: none waits for a row that another one is about to remove.
public struct KeySweeper: Service {
    private let database: Database
    private let retention: Duration
    private let interval: Duration
    private let logger: Logger

    /// A sweeper of the keys in this database, which keeps each for at least so long.
    public init(
        _ database: Database,
        retention: Duration,
        every interval: Duration = .seconds(60),
        logger: Logger
    ) {
        self.database = database
        self.retention = retention
        self.interval = interval
        self.logger = logger
    }

    /// Sweeps until the service group stops.
    public func run() async {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil { await sweepAll() }
        }
    }

    private func sweepAll() async {
        do {
            while try await sweep() > 0, !Task.isCancelled {}
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("old idempotency keys could not be swept", metadata: ["error.type": "\(type(of: error))"])
        }
    }

    /// Removes a bounded number of keys whose time is up.
    ///
    /// - Returns: How many; none means that no more are due.
    package func sweep() async throws -> Int {
        var options = TransactionOptions()
        // What a crash of the server brings back is removed the next time.
        options.asynchronousCommit = true
        return try await database.transaction(options) { tx in
            try await tx.execute(
                """
                DELETE FROM web.idempotency_key WHERE (user_id, operation, key) IN (
                    SELECT user_id, operation, key FROM web.idempotency_key
                    WHERE created_at < now() - make_interval(secs => \(retention / .seconds(1)))
                    ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
                """
            )
        }
    }
}
