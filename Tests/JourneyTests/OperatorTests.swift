import Foundation
import JourneySupport
import Postgres
import StrictJSON
import Testing

/// What operators do, with the real program.
@Suite struct OperatorTests {
    @Test(.timeLimit(.minutes(5)))
    func `after an evening everything is accounted for, and can be replayed, aborted and looked up`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mia")
            for story in try await parent.client.stories().prefix(2) {
                try await parent.client.finish(story, with: kid)
            }
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

    @Test(.timeLimit(.minutes(5)))
    func `every projection is what its events say, and one that was edited is put right`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            try await parent.live(in: "Asia/Tokyo")
            let kid = try await parent.addKid("Mia")
            for story in try await parent.client.stories().prefix(3) {
                try await parent.client.finish(story, with: kid)
            }
            try await storytime.settle()
            let projections =
                ["achievements.progress", "analytics.daily-count"]
                + ["families.track-entitlement", "stories.track-entitlement"]
            for listener in projections {
                let report = try await storytime.run("outbox", "rebuild", listener, "--diff", "--json").succeeded().json
                #expect((report["events"]?.integer ?? 0) > 0 && report["undeclared"] == [])
            }
            try await storytime.database.transaction { tx in
                try await tx.execute("UPDATE achievements.kid SET stories = 99")
            }
            let diff = try await storytime.run("outbox", "rebuild", "achievements.progress", "--diff")
            #expect(diff.end == .code(1) && diff.output.contains("\"stories\":99"))
            let news = try await parent.client.get("/v1/notifications?limit=100")
            let why = ["--apply", "--reason", "edited by hand"]
            try await storytime.run(["outbox", "rebuild", "achievements.progress"] + why).succeeded()
            let achievements = try await parent.client.get("/v1/kids/\(kid)/achievements")
            #expect(achievements["storiesCompleted"] == 3)
            #expect(
                try await storytime.run("outbox", "rebuild", "notifications.welcome-user", "--diff").end == .code(3)
            )
            try await storytime.settle()
            #expect(try await parent.client.get("/v1/notifications?limit=100") == news)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `an administrator sees the same over HTTP, a parent does not`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            try await storytime.settle()
            #expect(try await parent.client("GET", "/v1/admin/outbox/status").problem == "403 INVALID_ROLE")
            try await storytime.run("admin", "grant", parent.email).succeeded()
            let status = try await parent.client.get("/v1/admin/outbox/status")
            #expect(status["unplaced"] == 0 && status["listeners"]?.array?.isEmpty == false)
            #expect(try await parent.client.get("/v1/admin/outbox/audit")["findings"] == [])
            let order: JSON = ["listener": "achievements.progress", "reason": "over HTTP"]
            let nothing = try await parent.client("POST", "/v1/admin/outbox/replays", order)
            #expect(nothing.problem == "409 CONFLICT")
            let all: JSON = ["listener": "analytics.daily-count", "reason": "over HTTP"]
            let replay = try await parent.client("POST", "/v1/admin/outbox/replays", all).expect(202)
            let path = "/v1/admin/outbox/replays/\(try replay.text("id"))"
            try await eventually("the server has driven the replay") {
                try await parent.client.get(path)["state"] == "finished"
            }
            let entry = try await parent.client.get("/v1/admin/outbox/ops-log")["data"]?[0]
            #expect(entry?["operator"] == .string("user:\(parent.user)"))
        }
    }

    @Test(.timeLimit(.minutes(5)))
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

    @Test(.timeLimit(.minutes(5)))
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
