import JourneySupport
import StrictJSON
import Testing

/// What an operator does with old events.
@Suite struct ArchiveCommandTests {
    @Test(.timeLimit(.minutes(5)))
    func `with nothing old, nothing is archived, and the exit code says so`() async throws {
        try await withStorytime { storytime in
            let plan = try await storytime.run("outbox", "archive", "--dry-run")
            #expect(plan.end == .code(3))
            #expect(plan.output.contains("kept"))
            #expect(try await storytime.run("outbox", "archive", "--reason", "test").end == .code(3))
            #expect(try await storytime.run("outbox", "archive").errors.contains("--reason"))
            let status = try await storytime.run("outbox", "status", "--json")
            #expect(try status.json["retention"]?["room"] != nil)
            #expect(try status.json["warnings"] == [])
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `archives are looked for where the environment says`() async throws {
        try await withStorytime { storytime in
            let unset = try await storytime.run("outbox", "archive", "list")
            #expect(unset.end != .code(0) && unset.errors.contains("STORYTIME_ARCHIVE_DIRECTORY"))
            let folder = ["STORYTIME_ARCHIVE_DIRECTORY": "/nowhere"]
            let empty = try await storytime.run("outbox", "archive", "list", "--json", environment: folder)
            #expect(empty.end == .code(3) && empty.output.isEmpty && empty.errors.contains("no folder /nowhere"))
            let missing = ["outbox", "archive", "restore", "/nowhere/events-1-2.jsonl.gz", "--reason", "test"]
            let refused = try await storytime.run(missing)
            #expect(refused.end == .code(3) && refused.errors.contains("no manifest"))
        }
    }
}
