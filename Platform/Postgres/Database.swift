public import Logging
public import Reactor

/// Storytime's way to Postgres: a lane for single reads and a pool for transactions.
public final class Database: Sendable {
    /// The configuration in force.
    public let configuration: DatabaseConfiguration
    /// The thread that the connections live on.
    public let loop: ReactorLoop
    private let reads: ReadLane
    private let pool: TransactionPool
    private let readClock: StatementClock
    private let transactionClock: StatementClock

    /// A database; nothing is opened before it is used or `start`ed.
    public init(_ configuration: DatabaseConfiguration, on loop: ReactorLoop, logger: Logger) {
        self.configuration = configuration
        self.loop = loop
        let report: @Sendable (DatabaseError) -> Void = { error in
            logger.warning("database connection failed", metadata: ["error": "\(error)"])
        }
        reads = ReadLane(configuration, on: loop, report: report)
        pool = TransactionPool(configuration, on: loop, report: report)
        readClock = StatementClock(lane: "read", threshold: configuration.slowStatement, logger: logger)
        transactionClock = StatementClock(lane: "transaction", threshold: configuration.slowStatement, logger: logger)
    }

    /// Opens the connections that are kept open.
    public func start() async { await pool.start() }

    /// Closes every connection. Transactions at work finish first.
    public func close() async {
        await pool.close()
        await reads.close()
    }

    /// Runs one read over the shared connections. It sees what was committed when it runs; it cannot write.
    public func read(_ statement: Statement, name: StaticString = #function) async throws -> Rows {
        try await readClock.measure(name: name, statement: statement) {
            try await reads.query(statement, name: name)
        }
    }

    /// Runs a body in one transaction: COMMIT when it returns, ROLLBACK when it throws.
    ///
    /// A collision with another transaction runs the whole body again, so it must do nothing but talk to `tx`. It runs
    /// on the reactor: compute, hash and wait for others before or after it, never inside.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ options: TransactionOptions = TransactionOptions(),
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do {
                return try await attemptTransaction(options, body)
            } catch let error as DatabaseError
                where error.code == .serializationFailure && attempt < options.attempts && !Task.isCancelled
            {
                attempt += 1
            }
        }
    }

    /// The pool at this moment.
    public var poolNumbers: PoolNumbers { get async { await pool.numbers } }

    private func attemptTransaction<Result: Sendable>(
        _ options: TransactionOptions, _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        let connection = try await pool.acquire()
        let (result, scope) = try await withTaskExecutorPreference(loop) {
            let scope = TransactionScope(clock: transactionClock, opening: options.opening)
            do {
                let result = try await body(Transaction(connection: connection, scope: scope))
                try await commit(connection, scope)
                await pool.release(connection)
                return (result, scope)
            } catch {
                throw await rollback(connection, after: error)
            }
        }
        await scope.finish()
        return result
    }

    private func commit(_ connection: Connection, _ scope: TransactionScope) async throws {
        let last = try scope.closing()
        // Nothing but BEGIN is queued when the body ran no statement; then nothing has to be sent at all.
        do {
            _ = try await connection.run(last + ["COMMIT"], name: "commit")
        } catch let error as DatabaseError where error.code == .connectionLost {
            var error = error
            error.code = .commitUnknown
            throw error
        }
    }

    /// Rolls back in a task of its own, because the caller's may be cancelled and the connection must come back clean.
    private func rollback(_ connection: Connection, after error: any Error) async -> any Error {
        let failure = await Task {
            defer { Task { await pool.release(connection) } }
            do {
                _ = try await connection.run(["ROLLBACK"], name: "rollback")
                return nil as (any Error)?
            } catch {
                await connection.close()
                return error
            }
        }.value
        guard let failure, var error = error as? DatabaseError else { return error }
        if error.code != .connectionLost { error.alsoFailed.append("rollback: \(failure)") }
        return error
    }
}
