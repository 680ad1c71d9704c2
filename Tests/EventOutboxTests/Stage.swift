import EventDelivery
import Events
import Logging
import Postgres
import TestSupport

@testable import EventOutbox

/// A migrated database with an outbox and a table that listeners write to.
struct Stage {
    let database: Database
    let outbox: Outbox

    @discardableResult
    static func run<Result>(_ body: (Stage) async throws -> Result) async throws -> Result {
        try await withMigratedDatabase { database in
            try await prepare(database)
            return try await body(Stage(database: database, outbox: Outbox(database)))
        }
    }

    /// Makes the tables that listeners of the tests write to.
    static func prepare(_ database: Database) async throws {
        try await database.transaction { tx in
            tx.send(
                "CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, listener text, subject text, number bigint)"
            )
            tx.send("CREATE TABLE subject (name text PRIMARY KEY, number bigint NOT NULL DEFAULT 0)")
            tx.send("CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY)")
        }
    }

    /// Records pings in one transaction.
    func record(_ pings: Ping...) async throws {
        try await database.transaction { tx in
            for ping in pings { try outbox.recorder.record(ping, in: tx) }
        }
    }

    /// Records a ping whose payload has no number.
    func recordUnreadable(subject: String) async throws {
        try await database.transaction { tx in
            try await tx.execute(
                """
                INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id)
                VALUES (gen_random_uuid(), 'tests.ping', 1, \("subject:\(subject)"),
                        \(OrderingKey("subject", subject).slot),
                        jsonb_build_object('subject', \(subject)), gen_random_uuid())
                """
            )
        }
    }

    /// Delivers everything to the listeners.
    @discardableResult
    func deliver(to listeners: Listener...) async throws -> Int {
        try await delivery(listeners).drain()
    }

    func delivery(_ listeners: [Listener], configuration: OutboxConfiguration = OutboxConfiguration()) -> OutboxDelivery
    {
        OutboxDelivery(outbox, listeners: listeners, configuration: configuration, logger: Logger(label: "tests"))
    }

    /// What listeners have written, as `subject-number`, in the order of writing.
    func effects(of listener: String = "tests.write") async throws -> [String] {
        try await database.read(
            "SELECT subject || '-' || number AS effect FROM effect WHERE listener = \(listener) ORDER BY id"
        ).map { try $0["effect"] }
    }

    /// Does not wait for the next attempts.
    func makeRetriesDue() async throws {
        try await database.transaction { tx in
            try await tx.execute("UPDATE events.deviation SET next_attempt_at = now() WHERE state = 'retrying'")
        }
    }

    func deviations() async throws -> [String] {
        try await database.read(
            "SELECT state || ' ' || key || ' ' || attempts AS row FROM events.deviation ORDER BY position"
        ).map { try $0["row"] }
    }
}

/// Writes a row for each ping.
func writer(
    _ name: String = "tests.write",
    lanes: Int = 4,
    retry: RetryPolicy = .whenTold,
    unless fails: @escaping @Sendable (Ping) -> Bool = { _ in false }
) -> Listener {
    Listener.transactional(name, lanes: lanes, retry: retry, from: .beginning) {
        Reaction.on(Ping.self) { delivered, tx in
            let ping = delivered.event
            try await tx.execute(
                "INSERT INTO effect (listener, subject, number) VALUES (\(name), \(ping.subject), \(ping.number))"
            )
            if fails(ping) { throw Refusal() }
        }
    }
}

extension RetryPolicy {
    /// Tries again when the test says so (``Stage/makeRetriesDue()``). The random wait is a week on average: nothing comes
    /// due by itself, however slow the machine.
    static let whenTold = RetryPolicy.exponential(from: .seconds(1_209_600), upTo: .seconds(1_209_600))
}

struct Refusal: Error {}
