import JourneySupport
import Postgres
import StrictJSON
import TestSupport
import Testing

/// Reading what was just written, over HTTP.
@Suite struct FreshnessTests {
    /// Longer than a slow machine needs; an answer comes as soon as it is fresh.
    private static let patient = ["STORYTIME_FRESHNESS_LIMIT": "20"]

    @Test(.timeLimit(.minutes(5)))
    func `who says what was written reads it without asking twice`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve(environment: Self.patient)
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mila")
            let story = try #require(try await parent.client.stories().first)
            let finished = try await parent.client.position(ofFinishing: story, with: kid)
            try await expectRewards(of: finished, kid, parent.client)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `it does not matter which node reads and which one works`() async throws {
        try await withStorytime { storytime in
            let worker = try await storytime.work()
            let one = try await storytime.serve("--only-api", environment: Self.patient)
            let other = try await storytime.serve("--only-api", environment: Self.patient)
            let parent = try await Parent.join(one.client, storytime)
            let kid = try await parent.addKid("Mila")
            for story in try await parent.client.stories().prefix(1) {
                let finished = try await parent.client.position(ofFinishing: story, with: kid)
                try await expectRewards(of: finished, kid, parent.at(other))
            }
            #expect(await worker.stop() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a bought plan counts at once for who waits for the payment`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve(environment: Self.patient)
            let parent = try await Parent.join(server.client, storytime)
            for name in ["Mila", "Jon"] { _ = try await parent.addKid(name) }
            let third: JSON = ["name": "Ada", "ageBand": "3-5"]
            #expect(try await parent.client("POST", "/v1/kids", third).problem == "403 QUOTA_EXCEEDED")

            let key = ["Idempotency-Key": "freshness"]
            let payment = try await parent.client("POST", "/v1/payments", Parent.order("starter"), headers: key)
            try payment.expect(201)
            let added = try await parent.client("POST", "/v1/kids", third, waitingFor: payment.position)
            try added.expect(201)
            #expect(added.freshness == "fresh")
            #expect(try added.position != payment.position)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `while a listener is paused the answer says that it is stale, and by how much`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve(environment: ["STORYTIME_FRESHNESS_LIMIT": "0.2"])
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mila")
            try await storytime.settle()
            try await storytime.pause("achievements.progress")
            let story = try #require(try await parent.client.stories().first)
            let finished = try await parent.client.position(ofFinishing: story, with: kid)

            let path = "/v1/kids/\(kid)/achievements"
            for wish in [finished, finished + ";timeout=0", finished + " ; timeout=99999"] {
                let answer = try await parent.client("GET", path, waitingFor: wish)
                try answer.expect(200)
                #expect(answer.freshness == "stale;behind=1", "\(wish)")
                #expect(answer.json["storiesCompleted"] == 0)
            }
            // What does not depend on that listener does not wait for it.
            #expect(try await parent.client("GET", "/v1/subscription", waitingFor: finished).freshness == "fresh")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `what is no position is refused, what nobody knows is not waited for, and nothing changes for others`()
        async throws
    {
        try await withStorytime { storytime in
            let server = try await storytime.serve(environment: Self.patient)
            let parent = try await Parent.join(server.client, storytime)
            for wish in ["", "1", "fresh", "019aa000-0000-7000-8000-00000000000g", ";timeout=5"] {
                let answer = try await parent.client("GET", "/v1/notifications", waitingFor: wish)
                #expect(answer.problem == "400 MALFORMED_REQUEST", "\(wish)")
                #expect(answer.errors.allSatisfy { $0.hasPrefix("Storytime-Wait-For: ") } && !answer.errors.isEmpty)
            }
            // A position of the future: no event has it, and none ever will.
            let future = "ffffffff-ffff-7fff-bfff-ffffffffffff"
            let answer = try await parent.client("GET", "/v1/notifications", waitingFor: future)
            try answer.expect(200)
            #expect(answer.freshness == "stale;unknown")

            let plain = try await parent.client("GET", "/v1/notifications")
            #expect(plain["Storytime-Freshness"] == nil)
            #expect(plain["Storytime-Position"] == nil)
            #expect(try await parent.client("POST", "/v1/notifications/read-all")["Storytime-Position"] == nil)
        }
    }

    /// Streak, badge and, two listeners further, the notification of the badge.
    private func expectRewards(of finished: String, _ kid: String, _ client: Client) async throws {
        let notices = try await client("GET", "/v1/notifications", waitingFor: finished)
        #expect(notices.freshness == "fresh")
        let categories = (notices.json["data"]?.array ?? []).map { $0["category"]?.string }
        #expect(categories.contains("badge-earned"))
        let achievements = try await client("GET", "/v1/kids/\(kid)/achievements", waitingFor: finished)
        #expect(achievements.freshness == "fresh")
        #expect(achievements.json["storiesCompleted"] == 1)
        #expect(achievements.json["streak"]?["current"] == 1)
    }
}

extension Storytime {
    fileprivate func pause(_ listener: String) async throws {
        try await database.transaction { tx in
            tx.send("UPDATE events.listener SET paused_at = now(), paused_by = 'tests' WHERE name = \(listener)")
        }
    }
}
