import Foundation
import JourneySupport
import StrictJSON
import Testing

/// What operators do, with the real program.
@Suite struct OperatorTests {
    @Test(.timeLimit(.minutes(3)))
    func `after an evening everything is accounted for, and can be replayed, aborted and looked up`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            _ = try await parent.addKid("Mia")
            try await storytime.settle()

            let audit = try await storytime.run("outbox", "audit", "--json").succeeded().json
            #expect(audit["findings"] == [] && (audit["events"]?.integer ?? 0) >= 3)
            #expect(try await storytime.run("outbox", "preflight", "--strict").succeeded().output.hasSuffix("ready\n"))

            let replay = ["outbox", "replay", "apply", "achievements.progress"]
            let rehearsal = try await storytime.run(replay + ["--dry-run", "--json"]).succeeded().lines
            #expect(rehearsal.last?["delivered"] == rehearsal.first?["total"])
            #expect(try await storytime.run(replay).end == .code(64))
            #expect(try await storytime.run("outbox", "replay", "list", "--json").succeeded().json == [])

            let detached = try await storytime.run(
                replay + ["--detach", "--rate", "500", "--json", "--reason", "test"]
            )
            let id = try #require(try detached.succeeded().lines.last?["id"]?.string)
            try await eventually("the server has driven the replay") {
                try await storytime.run("outbox", "replay", "show", id, "--json").succeeded().json["state"]
                    == "finished"
            }
            #expect(try await storytime.run("outbox", "replay", "abort", id, "--reason", "late").end == .code(3))
            let log = try await storytime.run("outbox", "ops-log", "--since", "1h", "--json").succeeded().lines
            #expect(log.map { $0["verb"] } == ["replay"] && log.first?["operator"] == "journeys")
            #expect(try await storytime.run("outbox", "audit").succeeded().output.hasSuffix("clean\n"))
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func `new events and changes of the status are printed as they come, also into a pipe`() async throws {
        try await withStorytime { storytime in
            let events = try await storytime.follow("outbox", "events", "--follow", "--after", "0", "--json")
            let status = try await storytime.follow("outbox", "status", "--watch", "--interval", "0.2")
            try await eventually("the first status is there") { try status().count >= 1 }
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            try await eventually("the parent's events are printed") {
                let seen = try events().compactMap { try JSON(parsing: Array($0.utf8))["name"]?.string }
                return seen.prefix(2) == ["auth.user-registered", "subscriptions.subscription-created"]
                    || seen.contains("auth.email-verified")
            }
            try await eventually("the log's growth is printed") { try status().count >= 2 }
            #expect(parent.user.isEmpty == false)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the catalogue needs no database`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let nowhere = ["STORYTIME_DATABASE_URL": ""]
            let page = try await storytime.run(["outbox", "catalog"], environment: nowhere).succeeded().output
            #expect(page.contains("## stories.story-completed") && page.contains("| `completedAt` | date and time |"))
            let json = try await storytime.run(["outbox", "catalog", "--format", "asyncapi"], environment: nowhere)
            #expect(try json.succeeded().json["asyncapi"] == "3.0.0")
        }
    }
}
