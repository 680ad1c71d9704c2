public import EventDelivery
public import Events
public import Postgres

/// What operators do with the outbox: look, explain, replay. Whatever changes something is written to `events.ops_log`.
public struct OutboxOperations: Sendable {
    /// Publishes events, in order per key. Throws a `HandOverFailure` for one that is not taken, anything else when nothing
    /// can be published now.
    public typealias HandOver = @Sendable ([EventEnvelope]) async throws -> Void

    let database: Database
    let listeners: [Listener]
    let relays: [String: HandOver]
    let metrics = DeliveryMetrics()

    /// The operations on the outbox of a database, by a program with these listeners. A relay among them can be replayed
    /// if it is said how, by its name.
    public init(_ database: Database, listeners: [Listener], relays: [String: HandOver] = [:]) {
        self.database = database
        self.listeners = listeners
        self.relays = relays
    }

    /// A listener whose effects are rows, which can be made again, compared and rolled back.
    func projection(_ name: String) throws -> Listener {
        let listener = try known(name)
        guard listener.effect == .transactional else { throw OutboxError.notRows(name) }
        return listener
    }

    /// A listener that events can be handed to again.
    func replayable(_ name: String) throws -> Listener {
        let listener = try known(name)
        guard listener.effect == .transactional || relays[name] != nil else { throw OutboxError.notReplayable(name) }
        return listener
    }

    private func known(_ name: String) throws -> Listener {
        guard let listener = listeners.first(where: { $0.name == name }) else {
            throw OutboxError.unknownListener(name, known: listeners.map(\.name).sorted())
        }
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
