public import EventDelivery
import Events
public import Postgres

/// What operators do with the outbox: look, explain, replay. Whatever changes something is written to `events.ops_log`.
public struct OutboxOperations: Sendable {
    let database: Database
    let listeners: [Listener]

    /// The operations on the outbox of a database, by a program with these listeners.
    public init(_ database: Database, listeners: [Listener]) {
        self.database = database
        self.listeners = listeners
    }

    func listener(_ name: String) throws -> Listener {
        guard let listener = listeners.first(where: { $0.name == name }) else {
            throw OutboxError.unknownListener(name, known: listeners.map(\.name).sorted())
        }
        guard listener.effect == .transactional else { throw OutboxError.notReplayable(name) }
        return listener
    }

    /// Comes before a snapshot that is kept: these tables are truncated when they are folded, and an older snapshot sees
    /// nothing then.
    static let beforeSnapshot: Statement = "LOCK TABLE events.claim, events.move, events.tick IN ACCESS SHARE MODE"

    /// Looks at one state of everything, with more time than a request has.
    func look<Result: Sendable>(
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        var options = TransactionOptions()
        options.isolation = .repeatableRead
        options.readOnly = true
        options.statementTimeout = .seconds(30)
        return try await database.transaction(options) { tx in
            tx.send(Self.beforeSnapshot)
            return try await body(tx)
        }
    }

    /// Writes down who did what, and why, in the transaction that does it.
    static func log(_ verb: String, _ subject: String, by operation: Operator, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO events.ops_log (operator, verb, subject, reason)
            VALUES (\(operation.name), \(verb), \(subject), \(operation.reason))
            """
        )
    }
}

/// Who changes something, and why.
public struct Operator: Sendable {
    /// The person or program.
    public let name: String
    /// Why it is done; kept for whoever asks later.
    public let reason: String

    /// Names the operator.
    public init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}
