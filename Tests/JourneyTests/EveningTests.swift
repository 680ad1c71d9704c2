import JourneySupport
import StrictJSON
import Testing

/// The product's main way, from the first visit to a bought plan, over HTTP and by the operators' commands.
@Suite struct EveningTests {
    @Test(.timeLimit(.minutes(5)))
    func `an evening is rewarded and announced exactly once, also after a replay`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            try await parent.live(in: "Europe/Berlin")
            let kid = try await parent.addKid("Mila")
            let story = try #require(try await parent.client.stories().first)

            try await parent.client.finish(story, with: kid)
            try await parent.client.badge("first-story", of: kid)
            try await storytime.settle()
            try await checkRewards(of: kid, parent, storytime)

            try await inspect(kid, story, storytime)
            try await replay(storytime)
            try await checkRewards(of: kid, parent, storytime)
            #expect(await server.stop() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a bought plan raises the limits of families and stories`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mila")
            _ = try await parent.addKid("Jon")
            let stories = try await parent.client.stories().prefix(6)
            for story in stories.dropLast() { try await parent.client.finish(story, with: kid) }
            let last = try #require(stories.last)

            let third: JSON = ["name": "Ada", "ageBand": "3-5"]
            #expect(try await parent.client("POST", "/v1/kids", third).problem == "403 QUOTA_EXCEEDED")
            let path = "/v1/kids/\(kid)/stories/\(last.id)/completion"
            let refused = try await parent.client("POST", path, ["seconds": 1])
            #expect(refused.problem == "403 QUOTA_EXCEEDED")
            #expect(refused["Retry-After"] != nil)

            try await parent.buy("starter", storytime)
            try await parent.client("POST", "/v1/kids", third).expect(201)
            try await parent.client("POST", path, ["seconds": 1]).expect(200)
            try await parent.client.badge("explorer", of: kid)
            #expect(try await parent.client.get("/v1/subscription").text("plan") == "starter")
            try await storytime.settle()
            #expect(try storytime.mailbox.mails(to: parent.email, subject: "Your receipt").count == 1)
        }
    }

    private func checkRewards(of kid: String, _ parent: Parent, _ storytime: Storytime) async throws {
        let achievements = try await parent.client.get("/v1/kids/\(kid)/achievements")
        #expect(achievements["storiesCompleted"] == 1)
        #expect(achievements["streak"]?["current"] == 1)
        #expect(achievements["streak"]?["longest"] == 1)
        #expect(try await parent.client.badges(of: kid) == ["first-story"])
        let notices = try await parent.client.notifications("badge-earned")
        #expect(notices.map { $0["data"]?["badge"]?.string } == ["first-story"])
        #expect(try await parent.client.notifications("welcome").count == 1)
        #expect(try storytime.mailbox.mails(to: parent.email, subject: "Welcome").count == 1)
        #expect(try storytime.mailbox.mails(to: parent.email, subject: "Please confirm").count == 1)
        #expect(try await events("achievements.badge-earned", storytime).count == 1)
        #expect(try await events("achievements.streak-updated", storytime).count == 1)
    }

    private func events(_ name: String, _ storytime: Storytime) async throws -> [JSON] {
        try await storytime.run("outbox", "events", "--name", name, "--json").succeeded().lines
    }

    /// What operators see of the evening.
    private func inspect(_ kid: String, _ story: Story, _ storytime: Storytime) async throws {
        let completed = try await events("stories.story-completed", storytime)
        #expect(completed.count == 1)
        let event = try #require(completed.first)
        #expect(event["key"]?.string == "kid:\(kid)")
        #expect(event["payload"]?["story"]?.string == story.id)

        let shown = try await storytime.run("outbox", "show", try event.text("id"), "--json").succeeded().json
        #expect(shown["event"]?["position"] == event["position"])
        let deliveries = shown["deliveries"]?.array ?? []
        #expect(deliveries.contains { $0["listener"] == "achievements.progress" })
        #expect(deliveries.allSatisfy { $0["state"] == "handled" })

        let listeners = try await storytime.run("outbox", "listeners", "--json").succeeded().json.array ?? []
        #expect(listeners.contains { $0["name"] == "notifications.celebrate-badge" })
        #expect(listeners.allSatisfy { $0["waiting"] == 0 && $0["isKnown"] == true })
    }

    /// Delivers everything to the listener of streaks and badges again.
    private func replay(_ storytime: Storytime) async throws {
        let reason = ["--from", "1", "--reason", "a story told twice", "--json"]
        let replay = try await storytime.run(["outbox", "replay", "achievements.progress"] + reason).succeeded()
        let progress = try #require(try replay.lines.last)
        #expect(progress["isFinished"] == true)
        // A kid, a time zone, a story: what the listener hears.
        #expect((progress["delivered"]?.integer ?? 0) >= 2)
        try await storytime.settle()
    }
}
