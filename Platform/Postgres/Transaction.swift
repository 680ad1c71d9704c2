/// An open transaction. It can neither be stored nor outlive the closure it was lent to.
///
/// Statements run one after another. A statement that fails dooms the transaction: let its error pass, or shield it
/// with a savepoint.
public struct Transaction: ~Copyable {
    let connection: Connection
    let pool: TransactionPool
    /// What belongs to this transaction besides its statements.
    public let scope: TransactionScope

    /// Lets somebody else end the transaction while its body hangs.
    public var breaker: TransactionBreaker { TransactionBreaker(connection: connection, pool: pool) }

    /// Runs a statement and returns its rows.
    @discardableResult
    public func query(_ statement: Statement, name: StaticString = #function) async throws -> Rows {
        try statement.check()
        let statements = try scope.takeQueued() + [statement]
        return try await scope.clock.measure(name: name, statement: statement) {
            try await connection.run(statements)
        }
    }

    /// Runs a statement and returns how many rows it touched.
    @discardableResult
    public func execute(_ statement: Statement, name: StaticString = #function) async throws -> Int {
        try await query(statement, name: name).affected
    }

    /// Queues a statement whose result nobody needs: it travels with the next one, or with COMMIT, and costs no round
    /// trip of its own. Its failure surfaces there.
    public func send(_ statement: Statement) {
        scope.queue(statement)
    }
}
