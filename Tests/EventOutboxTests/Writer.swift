import Events
import Postgres

/// A writer with a connection of its own, so that a test decides when it does what: take a transaction number, lock its
/// aggregate, record, commit.
struct Writer: Sendable {
    private let session: Session

    static func with<Result: Sendable>(_ stage: Stage, _ body: (Writer) async throws -> Result) async throws -> Result {
        try await Session.with(stage.database.configuration, role: "writer") { try await body(Writer(session: $0)) }
    }

    @discardableResult
    func run(_ script: String) async throws -> [[String?]] { try await session.run(script) }

    func begin() async throws { try await run("BEGIN") }
    func commit() async throws { try await run("COMMIT") }

    /// Takes a transaction number by writing something that has nothing to do with any event.
    func writeElsewhere() async throws { try await run("INSERT INTO note DEFAULT VALUES") }

    /// Locks the aggregate and records its next event.
    func record(_ subject: String) async throws {
        let number = try await lock(subject)
        try await insert(subject, number)
    }

    /// Locks the aggregate and counts its events.
    func lock(_ subject: String) async throws -> Int {
        let rows = try await run("UPDATE subject SET number = number + 1 WHERE name = '\(subject)' RETURNING number")
        return Int((rows[0][0] ?? "")) ?? 0
    }

    func insert(_ subject: String, _ number: Int) async throws {
        try await run(
            """
            INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id)
            VALUES (gen_random_uuid(), 'tests.ping', 1, 'subject:\(subject)', \(OrderingKey("subject", subject).slot),
                    '{"subject": "\(subject)", "number": \(number)}', gen_random_uuid())
            """
        )
    }
}
