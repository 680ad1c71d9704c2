import InMemoryLogging
import Logging
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SlowStatementTests {
    @Test func `Slow statements are logged by name and text, without parameters`() async throws {
        let log = InMemoryLogHandler()
        let logger = Logger(label: "tests") { _ in log }
        try await withDatabase(logger: logger, configure: { $0.slowStatement = .milliseconds(100) }) { database in
            _ = try await database.read("SELECT 1", name: "quick")
            _ = try await database.read("SELECT pg_sleep(\(0.11)), \("secret")", name: "slow read")
            _ = try await database.transaction { try await $0.query("SELECT pg_sleep(0.12)", name: "slow query") }
        }
        let entries = log.entries.filter { $0.message == "slow statement" }
        let names = entries.compactMap { $0.metadata["db.query.summary"] }
        #expect(names.contains("slow read") && names.contains("slow query"))
        #expect(entries.contains { $0.metadata["db.query.text"] == "SELECT pg_sleep($1), $2" })
        #expect(!"\(log.entries)".contains("secret"))
    }
}
