/// What belongs to one transaction besides its statements: values of its layers, work before and after the commit.
///
/// Not Sendable: only the task that holds the transaction touches it.
public final class TransactionScope {
    let clock: StatementClock
    /// True once BEGIN was handed to the connection; before that there is nothing to commit or to roll back.
    private(set) var hasBegun = false
    private var queued: [Statement] = []
    private let openingCount: Int
    private var values: [ObjectIdentifier: AnyObject] = [:]
    private var beforeCommit: [() throws -> [Statement]] = []
    private var afterCommit: [@Sendable () async -> Void] = []

    init(clock: StatementClock, opening: [Statement]) {
        self.clock = clock
        queued = opening
        openingCount = opening.count
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

    // MARK: Savepoints

    /// Remembers what belongs to the transaction now; the closure takes back what came after.
    func mark() -> () -> Void {
        let (known, before, after) = (Set(values.keys), beforeCommit.count, afterCommit.count)
        let restores = values.values.compactMap { ($0 as? any SavepointParticipant)?.mark() }
        return {
            self.queued = []
            self.values = self.values.filter { known.contains($0.key) }
            self.beforeCommit.removeSubrange(before...)
            self.afterCommit.removeSubrange(after...)
            for restore in restores { restore() }
        }
    }

    /// What has to be sent before the next statement. Throws, and sends nothing, when one of them cannot be sent or the
    /// task is cancelled.
    func takeQueued() throws -> [Statement] {
        for statement in queued { try statement.check() }
        try Task.checkCancellation()
        hasBegun = true
        defer { queued = [] }
        return queued
    }

    /// What has to be sent with COMMIT; nil when the transaction did nothing, so that there is nothing to commit.
    func closing() throws -> [Statement]? {
        for statements in beforeCommit { queued += try statements() }
        guard hasBegun || queued.count > openingCount else { return nil }
        return try takeQueued()
    }

    func finish() async {
        for work in afterCommit { await work() }
    }
}

/// A value of a transaction that changes with a savepoint that is rolled back.
public protocol SavepointParticipant: AnyObject {
    /// Remembers the state; the closure goes back to it.
    func mark() -> () -> Void
}
