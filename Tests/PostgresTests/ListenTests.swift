import Logging
import Synchronization
import TestSupport
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(2)))
struct ListenTests {
    /// Everything that was heard.
    private final class Ear: Sendable {
        private let heard = Mutex<[ListenEvent]>([])

        func hear(_ event: ListenEvent) { heard.withLock { $0.append(event) } }

        var messages: [String] {
            heard.withLock { $0 }.compactMap {
                if case .notified(let notification) = $0 {
                    "\(notification.channel): \(notification.payload)"
                } else {
                    nil
                }
            }
        }

        var pids: [Int] {
            heard.withLock { $0 }.compactMap { if case .listening(let pid) = $0 { pid } else { nil } }
        }
    }

    /// Listens while the body runs, which begins when somebody listens.
    private static func listening(
        on database: Database,
        to channels: String...,
        body: (Ear) async throws -> Void
    ) async throws {
        let ear = Ear()
        let task = Task { await database.listen(to: channels) { ear.hear($0) } }
        try await eventually { !ear.pids.isEmpty }
        let result: Result<Void, any Error>
        do { result = .success(try await body(ear)) } catch { result = .failure(error) }
        task.cancel()
        await task.value
        try result.get()
    }

    @Test func `what is committed on a channel is heard, in order`() async throws {
        try await withDatabase { database in
            try await Self.listening(on: database, to: "one", "Odd \"name\"") { ear in
                let sender = try await database.transaction { tx in
                    try await tx.query("SELECT pg_notify('one', 'first'), pg_notify('elsewhere', 'x')")
                    try await tx.query("SELECT pg_notify('Odd \"name\"', 'second ü')")
                    return try await tx.value("SELECT pg_backend_pid() AS value", as: Int.self)
                }
                try? await database.transaction { tx in
                    try await tx.query("SELECT pg_notify('one', 'never')")
                    throw CancellationError()
                }
                try await database.command("SELECT pg_notify('one', '')")
                try await eventually { ear.messages.count == 3 }
                #expect(ear.messages == ["one: first", "Odd \"name\": second ü", "one: "])
                #expect(!ear.pids.contains(sender))
            }
        }
    }

    @Test func `listening takes no connection of the pool`() async throws {
        try await withDatabase(configure: { $0.poolMaximum = 1 }) { database in
            try await Self.listening(on: database, to: "one") { ear in
                #expect(await database.poolNumbers.used == 0)
                try await database.transaction { tx in
                    try await tx.query("SELECT pg_notify('one', 'inside')")
                    #expect(await database.poolNumbers.used == 1)
                }
                try await eventually { ear.messages == ["one: inside"] }
            }
        }
    }

    @Test func `a killed connection is opened anew, and says so`() async throws {
        try await withDatabase { database in
            try await Self.listening(on: database, to: "one") { ear in
                for round in 1...3 {
                    let pid = try #require(ear.pids.last)
                    try await database.command("SELECT pg_terminate_backend(\(pid)::int)")
                    try await eventually { ear.pids.count == round + 1 }
                    #expect(ear.pids.last != pid)
                    try await database.command("SELECT pg_notify('one', \("round \(round)"))")
                    try await eventually { ear.messages.last == "one: round \(round)" }
                }
            }
        }
    }

    @Test func `after the task is cancelled nobody listens any more`() async throws {
        try await withDatabase { database in
            try await Self.listening(on: database, to: "one") { ear in
                let count = try await Self.listeners(database)
                #expect(count == 1 && ear.pids.count == 1)
            }
            try await eventually { try await Self.listeners(database) == 0 }
        }
    }

    @Test func `it outlives the server`() async throws {
        let cluster = try await PrivateCluster()
        let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(try cluster.configuration, on: try TestDatabase.loop, logger: silent)
        try await Self.listening(on: database, to: "one") { ear in
            try await cluster.stop()
            try await cluster.start()
            try await eventually { ear.pids.count == 2 }
            try await database.command("SELECT pg_notify('one', 'again')")
            try await eventually { ear.messages == ["one: again"] }
        }
        await database.close()
        try await cluster.remove()
    }

    private static func listeners(_ database: Database) async throws -> Int {
        try await database.value(
            """
            SELECT count(*) AS value FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE '%/listen'
            """
        )
    }
}
