/// How one transaction differs from the ordinary.
public struct TransactionOptions: Sendable {
    /// The isolation level; nil is the server's default, read committed.
    public var isolation: Isolation?
    /// Refuses writes.
    public var readOnly: Bool
    /// How long each statement may run, where the default of 1 s does not fit.
    public var statementTimeout: Duration?
    /// How long a statement may wait for a lock before it fails; nil is as long as it may run.
    public var lockTimeout: Duration?
    /// Does not wait for the disk at COMMIT. A crash of the server may undo the transaction, whole; only for work that
    /// is then done again anyway.
    public var asynchronousCommit: Bool
    /// How often the whole body is run when it collides with another transaction (40001, 40P01).
    ///
    /// The server looks for deadlocks after its `deadlock_timeout`, which is 1 s unless set: it has to be set below the
    /// statement timeout (only a superuser may), or the statement times out before the deadlock is found.
    public var attempts: Int

    /// The isolation levels above the default.
    public enum Isolation: String, Sendable {
        /// One snapshot for the whole transaction.
        case repeatableRead = "REPEATABLE READ"
        /// As if transactions ran one after another.
        case serializable = "SERIALIZABLE"
    }

    /// The ordinary transaction, but for what is named.
    public init(
        isolation: Isolation? = nil,
        readOnly: Bool = false,
        statementTimeout: Duration? = nil,
        lockTimeout: Duration? = nil,
        asynchronousCommit: Bool = false,
        attempts: Int = 3
    ) {
        self.isolation = isolation
        self.readOnly = readOnly
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.asynchronousCommit = asynchronousCommit
        self.attempts = attempts
    }

    var opening: [Statement] {
        var begin = "BEGIN"
        if let isolation { begin += " ISOLATION LEVEL \(isolation.rawValue)" }
        if readOnly { begin += " READ ONLY" }
        var statements = [Statement(stringLiteral: begin)]
        if let statementTimeout {
            statements.append("SET LOCAL statement_timeout = \(raw: "\(statementTimeout.milliseconds)")")
        }
        if let lockTimeout {
            statements.append("SET LOCAL lock_timeout = \(raw: "\(lockTimeout.milliseconds)")")
        }
        if asynchronousCommit { statements.append("SET LOCAL synchronous_commit = off") }
        return statements
    }
}
