import Logging
import TestSupport
import Testing

@testable import Postgres

/// Reads over a streaming standby. Its age is checked against the clock in ``ReplicaStateTests``; here replay is stopped
/// and let go.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ReplicaTests {
    @Test func `reads that allow it come from the standby for as long as it keeps up`() async throws {
        try await withStandby(staleness: .seconds(2)) { database, standby in
            try await eventually { try await database.isReadFromStandby }
            let isStandby: Bool = try await database.value("SELECT pg_is_in_recovery() AS value")
            #expect(isStandby == false)
            let written: Bool = try await database.transaction { tx in
                try await tx.value("SELECT pg_is_in_recovery() AS value")
            }
            #expect(written == false)

            try await standby.run("SELECT pg_wal_replay_pause()")
            try await database.transaction { $0.send("CREATE TABLE late (number bigint)") }
            try await eventually { database.replicaStatus == .lagging }
            #expect(try await database.isReadFromStandby == false)
            try await standby.run("SELECT pg_wal_replay_resume()")
            try await eventually { try await database.isReadFromStandby }

            // Somebody has made a server of its own of it: it must not be read from, however well it answers.
            try await standby.run("SELECT pg_promote()")
            try await eventually { if case .unfit = database.replicaStatus { true } else { false } }
            #expect(try await database.read("SELECT count(*) AS value FROM late", from: .replica)[0]["value"] == 0)
        }
    }

    @Test func `a read that has to see a write goes where the write is`() async throws {
        try await withStandby(staleness: .seconds(3_600)) { database, standby in
            try await eventually { try await database.isReadFromStandby }
            try await standby.run("SELECT pg_wal_replay_pause()")
            try await database.transaction { $0.send("CREATE TABLE news AS SELECT 1 AS number") }
            let position: WALPosition = try await database.value("SELECT pg_current_wal_insert_lsn() AS value")
            let floor = ReplicaFloor.replayed(position)
            #expect(try await floor.run { try await database.isReadFromStandby } == false)
            #expect(try await ReplicaFloor.primary.run { try await database.isReadFromStandby } == false)
            // For all others the standby is good enough; what it cannot answer, the primary can.
            try await eventually { try await database.isReadFromStandby }
            #expect(try await database.read("SELECT number AS value FROM news", from: .replica)[0]["value"] == 1)

            try await standby.run("SELECT pg_wal_replay_resume()")
            // Something has to be written after it for the position to be passed for sure.
            try await database.transaction { $0.send("CREATE TABLE more (number bigint)") }
            try await eventually { try await floor.run { try await database.isReadFromStandby } }
        }
    }

    @Test func `while the standby is away no read fails, and nobody waits for it`() async throws {
        let primary = try await PrivateCluster()
        let standby = try await PrivateCluster(following: primary)
        let database = try await follow(primary, standby, staleness: .seconds(3_600))
        try await eventually { try await database.isReadFromStandby }

        let isStopped = Latch(1)
        let readers = (0..<4).map { _ in
            Task {
                var count = 0
                while try await database.isReadFromStandby || count == 0 { count += 1 }
                await isStopped.wait()
                return try await database.isReadFromStandby
            }
        }
        try await standby.stop()
        isStopped.arrive()
        for reader in readers {
            let isFromStandby = try await reader.value
            #expect(isFromStandby == false)
        }
        try await eventually { if case .away = database.replicaStatus { true } else { false } }
        try await standby.start()
        try await eventually { try await database.isReadFromStandby }
        await database.close()
        try await standby.remove()
        try await primary.remove()
    }

    @Test func `without a replica the primary answers`() async throws {
        try await withDatabase { database in
            #expect(database.replicaStatus == nil)
            let isFromStandby = try await database.isReadFromStandby
            #expect(isFromStandby == false)
        }
    }

    // MARK: A primary and its standby

    private func withStandby(
        staleness: Duration,
        _ body: @Sendable (Database, Session) async throws -> Void
    ) async throws {
        let primary = try await PrivateCluster()
        let standby = try await PrivateCluster(following: primary)
        let database = try await follow(primary, standby, staleness: staleness)
        try await Session.with(try standby.configuration) { try await body(database, $0) }
        await database.close()
        try await standby.remove()
        try await primary.remove()
    }

    private func follow(
        _ primary: PrivateCluster,
        _ standby: PrivateCluster,
        staleness: Duration
    ) async throws -> Database {
        var configuration = try primary.configuration
        configuration.poolMinimum = 0
        configuration.statementTimeout = .seconds(20)
        let replica = ReplicaConfiguration(
            try standby.configuration,
            staleness: staleness,
            interval: .milliseconds(20)
        )
        let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(configuration, replica: replica, on: try TestDatabase.loop, logger: silent)
        await database.start()
        return database
    }
}

extension Database {
    fileprivate var isReadFromStandby: Bool {
        get async throws {
            try await read("SELECT pg_is_in_recovery() AS is_standby", from: .replica)[0]["is_standby"]
        }
    }
}
