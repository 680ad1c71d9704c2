public import Logging
public import Reactor

/// Storytime's way to Postgres: a lane for single reads and a pool for transactions.
public final class Database: Sendable {
    /// The configuration in force.
    public let configuration: DatabaseConfiguration
    /// The thread that the connections live on.
    public let loop: ReactorLoop
    let reads: ReadLane
    let pool: TransactionPool
    let replica: Replica?
    let report: @Sendable (DatabaseError) -> Void
    private let readClock: StatementClock
    private let transactionClock: StatementClock

    /// A database, perhaps with a replica for reads that allow one; nothing is opened before it is used or `start`ed.
    public init(
        _ configuration: DatabaseConfiguration,
        replica: ReplicaConfiguration? = nil,
        on loop: ReactorLoop,
        logger: Logger
    ) {
        self.configuration = configuration
        self.loop = loop
        let report: @Sendable (DatabaseError) -> Void = { error in
            logger.warning("database connection failed", metadata: ["error": "\(error)"])
        }
        self.report = report
        let reads = ReadLane(configuration, on: loop, report: report)
        self.reads = reads
        self.replica = replica.map { Replica($0, of: reads, on: loop, logger: logger) }
        pool = TransactionPool(configuration, on: loop, report: report) { numbers in
            logger.warning(
                "transactions wait for a connection",
                metadata: [
                    "waiting": .stringConvertible(numbers.waiting), "used": .stringConvertible(numbers.used),
                    "maximum": .stringConvertible(numbers.maximum),
                ]
            )
        }
        readClock = StatementClock(lane: "read", threshold: configuration.slowStatement, logger: logger)
        transactionClock = StatementClock(lane: "transaction", threshold: configuration.slowStatement, logger: logger)
    }

    /// Opens the connections that are kept open, and begins to follow the replica.
    public func start() async {
        await pool.start()
        replica?.start()
    }

    /// Closes every connection. Transactions at work finish first; what waits, or comes later, fails.
    public func close() async {
        await replica?.close()
        await pool.close()
        await reads.close()
    }

    /// Runs one read over the shared connections. It sees what was committed when it runs; it cannot write.
    ///
    /// One that is allowed to come from the replica may be as old as that one's bound; see ``ReadSource``.
    public func read(
        _ statement: Statement,
        from source: ReadSource = .primary,
        name: StaticString = #function
    ) async throws -> Rows {
        if source == .replica, let rows = try await replica?.read(statement, name: name) { return rows }
        return try await readClock.measure(name: name, statement: statement) {
            try await reads.query(statement)
        }
    }

    /// Runs a body in one transaction: COMMIT when it returns, ROLLBACK when it throws.
    ///
    /// A collision with another transaction runs the whole body again, after a moment, so it must do nothing but talk to `tx`. It runs
    /// on the reactor: compute, hash and wait for others before or after it, never inside.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ options: TransactionOptions = TransactionOptions(),
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do {
                let (result, scope) = try await withTaskExecutorPreference(loop) {
                    try await attemptTransaction(options, body)
                }
                await scope.finish()
                return result
            } catch let error as DatabaseError
                where error.code == .serializationFailure && attempt < options.attempts && !Task.isCancelled
            {
                // At once it would meet the same transaction in the same place.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...20 * attempt)))
                attempt += 1
            }
        }
    }

    /// Runs one statement alone, outside any transaction, as `CREATE DATABASE` and `VACUUM` want it.
    @discardableResult
    package func command(_ statement: Statement, name: StaticString = #function) async throws -> Rows {
        try statement.check()
        return try await transactionClock.measure(name: name, statement: statement) {
            let connection = try await pool.acquire()
            do {
                let rows = try await connection.run([statement])
                await release(connection)
                return rows
            } catch {
                // Free-standing: a cancelled caller does not wait for the server to stop.
                Task(executorPreference: loop) { await self.release(connection) }
                throw error
            }
        }
    }

    /// The pool at this moment.
    public var poolNumbers: PoolNumbers { get async { await pool.numbers } }

    // MARK: One attempt

    private func attemptTransaction<Result: Sendable>(
        _ options: TransactionOptions,
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> (Result, TransactionScope) {
        let connection = try await pool.acquire()
        let scope = TransactionScope(clock: transactionClock, opening: options.opening)
        do {
            let result = try await body(Transaction(connection: connection, pool: pool, scope: scope))
            try await commit(connection, scope)
            await release(connection)
            return (result, scope)
        } catch {
            throw await giveUp(connection, scope, after: error)
        }
    }

    /// Sends COMMIT with what is still queued, and waits for its answer even when the task is cancelled meanwhile.
    private func commit(_ connection: Connection, _ scope: TransactionScope) async throws {
        guard let last = try scope.closing() else { return }
        guard await !connection.isLost else {
            throw DatabaseError(.connectionLost, "the connection broke before COMMIT")
        }
        let commit: Statement = "COMMIT"
        do {
            let answer = try await transactionClock.measure(name: "commit", statement: commit) {
                try await connection.runToTheEnd(last + [commit])
            }
            // The server answers COMMIT with ROLLBACK when an earlier statement failed and its error was swallowed.
            guard answer.command == "COMMIT" else { throw DatabaseError.doomed }
        } catch var error as DatabaseError where error.code == .connectionLost && error.sqlState != "57P01" {
            error.code = .commitUnknown
            throw error
        }
    }

    /// Rolls back in a task of its own, because the caller's may be cancelled and the connection must come back clean.
    /// A cancelled caller does not wait for it.
    private func giveUp(_ connection: Connection, _ scope: TransactionScope, after error: any Error) async -> any Error
    {
        guard scope.hasBegun else {
            await pool.release(connection)
            return error
        }
        let rollback = Task(executorPreference: loop) { await self.rollBack(connection) }
        if error is CancellationError { return error }
        let failure = await rollback.value
        guard let failure, var error = error as? DatabaseError, !error.isAboutTheConnection else { return error }
        error.alsoFailed.append("rollback: \(failure)")
        return error
    }

    private func rollBack(_ connection: Connection) async -> (any Error)? {
        let failure: (any Error)?
        do {
            _ = try await connection.runToTheEnd(["ROLLBACK"])
            failure = nil
        } catch {
            failure = error
        }
        await release(connection)
        return failure
    }

    /// Gives a connection back once it has come to rest.
    private func release(_ connection: Connection) async {
        await connection.settle()
        await pool.release(connection)
    }
}
