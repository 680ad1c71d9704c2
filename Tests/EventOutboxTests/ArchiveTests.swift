import EventDelivery
import Events
import Foundation
import Gzip
import Postgres
import StrictJSON
import Testing

@testable import EventOutbox

/// What leaves the database is kept in files, and comes back.
@Suite(.timeLimit(.minutes(2))) struct ArchiveTests {
    private static let ops = Operator(name: "ops", reason: "test")

    /// Lends a folder.
    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private static func fill(_ stage: Stage, _ folder: String) async throws -> OutboxConfiguration {
        try await stage.split(into: 10, ahead: 4)
        for start in stride(from: 1, through: 21, by: 10) { try await stage.record("a", start...start + 9) }
        try await stage.record("a", 31...33)
        try await stage.deliver(to: writer())
        var configuration = OutboxConfiguration()
        configuration.tail = 0
        configuration.retention = stage.policy(10) { $0.archive = folder }
        return configuration
    }

    @Test func `a partition is archived before it goes, line by line`() async throws {
        try await Self.withFolder { folder in
            try await Stage.run { stage in
                let configuration = try await Self.fill(stage, folder)
                let before = try await stage.rows()
                let operations = stage.operations(writer())
                _ = try await stage.upkeep(10) { $0.age = .seconds(3_600) }.once()
                #expect(try await operations.planRetention(configuration).map(\.firstSeq) == [1, 11, 21])
                #expect(try Archive.list(in: folder).isEmpty, "a plan writes nothing")
                let (due, dropped) = try await operations.retain(configuration, by: Self.ops, logger: Stage.quiet)
                #expect(due.count == 3 && dropped == 3)
                let archives = try Archive.list(in: folder)
                try #require(archives.count == 3)
                #expect(archives.map(\.file) == [1, 11, 21].map { "events-\($0)-\($0 + 9).jsonl.gz" })
                #expect(archives.map(\.firstPosition) == [1, 11, 21] && archives.map(\.lastPosition) == [10, 20, 30])
                for archive in archives { try archive.verify(in: folder) }
                var reader = try GzipReader(path: folder + "/" + archives[1].file)
                let lines = try reader.lines()
                let first = try JSON(parsing: lines[0])
                #expect(lines.count == 10 && first["position"] == 11 && first["name"] == "tests.ping")
                #expect(first["payload"]?["number"] == 11 && first["key"] == "subject:a")
                #expect(before.count == 33)
                let verbs = try await stage.database.read("SELECT verb || ' ' || subject AS line FROM events.ops_log")
                #expect(try verbs.map { try $0["line"] as String } == ["archive 3 partitions"])
                #expect(try await operations.retain(configuration, by: Self.ops, logger: Stage.quiet).due.isEmpty)
            }
        }
    }

    @Test func `what is restored is what was archived, and can be replayed`() async throws {
        try await Self.withFolder { folder in
            try await Stage.run { stage in
                let configuration = try await Self.fill(stage, folder)
                let before = try await stage.rows()
                let operations = stage.operations(writer())
                _ = try await operations.retain(configuration, by: Self.ops, logger: Stage.quiet)
                #expect(try await stage.rows().count == 3)
                await #expect(throws: OutboxError.self) {
                    try await operations.planReplay(ReplayRequest(of: "tests.write", from: 8, to: 13))
                }
                for archive in try Archive.list(in: folder).prefix(2) {
                    #expect(try await operations.restore(folder + "/" + archive.file, by: Self.ops) == 10)
                    await #expect(throws: ArchiveError.self) {
                        try await operations.restore(folder + "/" + archive.file, by: Self.ops)
                    }
                }
                #expect(try await stage.rows() == Array(before[..<20] + before[30...]))
                let plan = try await operations.planReplay(ReplayRequest(of: "tests.write", from: 8, to: 13))
                let id = try await operations.beginReplay(plan, by: Self.ops)
                try await operations.runReplay(id) { _ in }
                #expect(try await stage.effects() == (1...33).map { "a-\($0)" } + (8...13).map { "a-\($0)" })

                // The sequencer takes nothing restored for new, and retention leaves it for its time.
                try await stage.record("a", 34...34)
                #expect(try await stage.place() == 1)
                #expect(try await stage.upkeep(10) { $0.archive = folder }.once() == 0)
                #expect(try await stage.upkeep(10) { $0.restored = .zero }.once() == 2)
                #expect(try await stage.rows().count == 4)
            }
        }
    }

    @Test func `a damaged, a cut and a foreign file are refused`() async throws {
        try await Self.withFolder { folder in
            try await Stage.run { stage in
                let configuration = try await Self.fill(stage, folder)
                let operations = stage.operations(writer())
                _ = try await operations.retain(configuration, by: Self.ops, logger: Stage.quiet)
                let archives = try Archive.list(in: folder)
                try #require(archives.count == 3)
                let paths = archives.map { folder + "/" + $0.file }
                var bytes = try #require(FileManager.default.contents(atPath: paths[0]))
                bytes[bytes.count / 2] ^= 0xFF
                try bytes.write(to: URL(filePath: paths[0]))
                try bytes.prefix(60).write(to: URL(filePath: paths[1]))
                for path in paths[..<2] {
                    await #expect(throws: ArchiveError.self) { try await operations.restore(path, by: Self.ops) }
                }
                #expect(try await stage.rows().count == 3)
                try await Stage.run { other in
                    await #expect(throws: ArchiveError.self) {
                        try await other.operations.checkArchive(paths[2])
                    }
                }
            }
        }
    }

    @Test func `an archive that cannot be written keeps the events`() async throws {
        try await Self.withFolder { folder in
            try await Stage.run { stage in
                _ = try await Self.fill(stage, folder)
                try Data().write(to: URL(filePath: folder))
                await #expect(throws: (any Error).self) {
                    try await stage.upkeep(10) { $0.archive = folder }.once()
                }
                #expect(try await stage.rows().count == 33)
            }
        }
    }
}

extension Stage {
    /// Every event with its position, as text, without the number of its transaction.
    fileprivate func rows() async throws -> [String] {
        try await database.read(
            """
            SELECT l.position || ' ' || (to_jsonb(e) - 'xid')::text AS row
            FROM events.event e JOIN events.log l USING (seq) ORDER BY position
            """
        ).map { try $0["row"] }
    }
}
