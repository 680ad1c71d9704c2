import EventTesting
import Identifiers
import Postgres
import StrictJSON
import SubscriptionEvents
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct KidLimitTests {
    let parent = UserID.new()

    private func changed(to plan: String, kids: Int) -> SubscriptionChanged {
        SubscriptionChanged(
            user: parent,
            previousPlan: "free",
            plan: plan,
            limits: PlanLimits(kids: kids, storiesPerDay: 20),
            endsAt: nil
        )
    }

    @Test func `ten requests at once do not get past the limit`() async throws {
        try await Scenario.serving { scenario, call in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<10 {
                    let body = #"{"name": "Kid \#(number)", "ageBand": "6-8"}"#
                    group.addTask { try await call("POST", "/v1/kids", as: parent, json: body).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 201] + Array(repeating: 403, count: 8))
            #expect(try await call("GET", "/v1/kids", as: parent)[member: "data"]?.array?.count == 2)
            #expect(try await scenario.events() == ["kid-created", "kid-created"])
        }
    }

    @Test func `the problem names the limit and the plan`() async throws {
        try await Scenario.serving { _, call in
            for name in ["Ada", "Eve"] { _ = try await call.addKid(name, to: parent) }
            let answer = try await call("POST", "/v1/kids", as: parent, json: #"{"name": "Kim", "ageBand": "6-8"}"#)
            #expect(answer.problem == "403 QUOTA_EXCEEDED")
            #expect(answer[member: "detail"]?.string?.hasPrefix("The plan free allows 2 kids") == true)
        }
    }

    @Test func `a removed kid makes room, and comes back only if there is room`() async throws {
        try await Scenario.serving { _, call in
            let first = try await call.addKid("Ada", to: parent)
            let second = try await call.addKid("Eve", to: parent)
            _ = try await call("DELETE", first, as: parent)
            let third = try await call.addKid("Kim", to: parent)
            #expect(third.hasPrefix("/v1/kids/"))
            #expect(try await call("POST", first + "/restore", as: parent).problem == "403 QUOTA_EXCEEDED")
            _ = try await call("DELETE", second, as: parent)
            #expect(try await call("POST", first + "/restore", as: parent).status == 200)
        }
    }

    @Test func `a larger plan makes room, a smaller one takes nobody away`() async throws {
        try await Scenario.serving { scenario, call in
            try await scenario.given(changed(to: "starter", kids: 3))
            for name in ["Ada", "Eve", "Kim"] {
                #expect(try await call.addKid(name, to: parent).hasPrefix("/v1/kids/"))
            }
            #expect(try await call.addKid("Max", to: parent) == "403 QUOTA_EXCEEDED")
            try await scenario.when(changed(to: "free", kids: 2))
            #expect(try await call("GET", "/v1/kids", as: parent)[member: "data"]?.array?.count == 3)
        }
    }
}
