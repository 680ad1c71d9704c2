/// An open transaction. It can neither be stored nor outlive the closure it was lent to.
///
/// Statements run one after another. A statement that fails dooms the transaction: let its error pass, or shield it
/// with a savepoint.
public struct Transaction: ~Copyable {
    let connection: Connection
    /// What belongs to this transaction besides its statements.
    public let scope: TransactionScope

    /// Runs a statement and returns its rows.
    @discardableResult
    public func query(_ statement: Statement, name: StaticString = #function) async throws -> Rows {
        let ahead = scope.takeQueued()
        let results = try await scope.clock.measure(name: name, statement: statement) {
            try await connection.run(ahead + [statement], name: name)
        }
        return results[ahead.count]
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

/// What belongs to one transaction besides its statements: values of its layers, work before and after the commit.
///
/// Not Sendable: only the task that holds the transaction touches it.
public final class TransactionScope {
    let clock: StatementClock
    private var queued: [Statement] = []
    private var values: [ObjectIdentifier: AnyObject] = [:]
    private var beforeCommit: [() throws -> [Statement]] = []
    private var afterCommit: [@Sendable () async -> Void] = []

    init(clock: StatementClock, opening: [Statement]) {
        self.clock = clock
        queued = opening
    }

    /// The one value of this type that belongs to the transaction, made when it is first asked for.
    public func value<Value: AnyObject>(_: Value.Type = Value.self, make: () -> Value) -> Value {
        if let found = values[ObjectIdentifier(Value.self)] as? Value { return found }
        let made = make()
        values[ObjectIdentifier(Value.self)] = made
        return made
    }

    /// Adds statements to be the last of the transaction. They travel with COMMIT; a failure rolls everything back.
    public func beforeCommit(_ statements: @escaping () throws -> [Statement]) {
        beforeCommit.append(statements)
    }

    /// Adds work to be done once the commit is certain, before the caller of the transaction goes on. It cannot fail.
    public func afterCommit(_ work: @escaping @Sendable () async -> Void) {
        afterCommit.append(work)
    }

    func queue(_ statement: Statement) { queued.append(statement) }

    func takeQueued() -> [Statement] {
        defer { queued = [] }
        return queued
    }

    func closing() throws -> [Statement] {
        let last = try beforeCommit.flatMap { try $0() }
        return takeQueued() + last
    }

    func finish() async {
        for work in afterCommit { await work() }
    }
}
