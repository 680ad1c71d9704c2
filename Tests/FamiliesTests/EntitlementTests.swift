import EventDelivery
import EventTesting
import Events
import FoundationEssentials
import Identifiers
import Postgres
import SubscriptionEvents
import Testing

@testable import Families

@Suite(.timeLimit(.minutes(5))) struct EntitlementTests {
    let parent = UserID.new()
    private let entitlements = EntitlementRepository(fallback: Entitlement(plan: "free", kids: 2))

    private func created(_ plan: String, kids: Int) -> SubscriptionCreated {
        SubscriptionCreated(user: parent, plan: plan, limits: PlanLimits(kids: kids, storiesPerDay: 5))
    }

    private func changed(_ plan: String, kids: Int) -> SubscriptionChanged {
        let limits = PlanLimits(kids: kids, storiesPerDay: 5)
        return SubscriptionChanged(user: parent, previousPlan: "free", plan: plan, limits: limits, endsAt: nil)
    }

    private func held(_ scenario: Scenario<FamiliesModule>) async throws -> Entitlement {
        try await scenario.database.transaction { tx in try await entitlements.usage(of: parent, in: tx).held }
    }

    @Test func `without news the default holds`() async throws {
        try await Scenario.run { scenario in
            let held = try await held(scenario)
            #expect(held == Entitlement(plan: "free", kids: 2))
        }
    }

    @Test func `the last event wins`() async throws {
        try await Scenario.run { scenario in
            try await scenario.when(created("free", kids: 2), changed("starter", kids: 4), changed("pro", kids: 6))
            #expect(try await held(scenario) == Entitlement(plan: "pro", kids: 6))
        }
    }

    @Test func `a replay from the beginning changes nothing`() async throws {
        try await Scenario.run { scenario in
            try await scenario.given(created("free", kids: 2), changed("starter", kids: 4))
            #expect(try await scenario.replay().isEmpty)
            #expect(try await held(scenario) == Entitlement(plan: "starter", kids: 4))
        }
    }

    @Test func `an event that is late or comes again changes nothing`() async throws {
        try await Scenario.run { scenario in
            let listener = TrackEntitlement(entitlements: entitlements)
            for (position, plan, kids) in [(7, "pro", 6), (1, "starter", 4), (6, "starter", 4), (7, "starter", 4)] {
                var envelope = try EventEnvelope(recording: changed(plan, kids: kids))
                envelope.position = position
                let delivered = try Delivered<SubscriptionChanged>(envelope)
                try await scenario.database.transaction { tx in try await listener.changed(delivered, in: tx) }
                #expect(try await held(scenario) == Entitlement(plan: "pro", kids: 6))
            }
        }
    }

    @Test func `a rebuilt projection equals the live one`() async throws {
        try await Scenario.run { scenario in
            try await scenario.given(created("free", kids: 2), changed("starter", kids: 4))
            try await scenario.database.transaction { tx in try await tx.execute("DELETE FROM families.entitlement") }
            _ = try await scenario.replay()
            #expect(try await held(scenario) == Entitlement(plan: "starter", kids: 4))
        }
    }

    @Test(arguments: [(0, true), (1, true), (2, false), (5, false)])
    func `a plan admits kids below its limit`(count: Int, isAdmitted: Bool) {
        let entitlement = Entitlement(plan: "free", kids: 2)
        #expect(((try? entitlement.admit(oneMoreThan: count)) != nil) == isAdmitted)
    }
}
