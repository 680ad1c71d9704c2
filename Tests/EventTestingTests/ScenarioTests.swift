import EventDelivery
import EventTesting
import Events
import FoundationEssentials
import Postgres
import TestSupport
import Testing

/// The kit tells what happened, and does not keep quiet about what did not.
@Suite(.timeLimit(.minutes(5))) struct ScenarioTests {
    @Test func `effects are what came of it, not what was done`() async throws {
        try await Scenario.run({ BakeryModule(parts: $0) }) { scenario in
            try await scenario.given(Ordered(cake: "plum"))
            let effects = try await scenario.when(Ordered(cake: "apple"))
            #expect(effects.events == [Baked.name])
            #expect(try effects.events(of: Baked.self).map(\.cake) == ["apple"])
            #expect(effects.jobs == [Deliver.kind])
            #expect(try effects.jobs(of: Deliver.self).map(\.cake) == ["apple"])
            #expect(try await scenario.recorded(Baked.self).map(\.cake) == ["plum", "apple"])
            #expect(try await scenario.rows("SELECT 1, NULL, 'x y'") == ["1 - x y"])
        }
    }

    @Test func `an action has effects as an event has`() async throws {
        try await Scenario.run({ BakeryModule(parts: $0) }) { scenario in
            let effects = try await scenario.when {
                try await scenario.database.transaction { tx in
                    try scenario.parts.events.record(Ordered(cake: "plum"), in: tx)
                }
            }
            #expect(effects.events == [Ordered.name, Baked.name])
            #expect(try await scenario.when {}.isEmpty)
        }
    }

    @Test func `jobs run when the test says so`() async throws {
        try await Scenario.run({ BakeryModule(parts: $0) }) { scenario in
            try await scenario.given(Ordered(cake: "plum"))
            #expect(scenario.module.delivered.count == 0)
            #expect(try await scenario.work() == 1)
            #expect(scenario.module.delivered.count == 1)
            #expect(try await scenario.work() == 0)
        }
    }

    @Test func `a replay shows what is not idempotent`() async throws {
        try await Scenario.run({ BakeryModule(parts: $0) }) { scenario in
            try await scenario.given(Ordered(cake: "plum"))
            #expect(try await scenario.replay().events == [Baked.name])
        }
    }

    @Test func `a listener that throws fails the test unless it is expected to`() async throws {
        try await Scenario.run({ BakeryModule(parts: $0) }) { scenario in
            let error = await #expect(throws: ListenersFailed.self) { try await scenario.given(Ordered(cake: "mud")) }
            #expect(error?.failures.map(\.state) == ["retrying"])
            try await scenario.drain(expectingFailures: true)
            #expect(try await scenario.failures().map(\.listener) == ["bakery.bake"])
        }
    }

    @Test func `time passes without waiting`() async throws {
        try await Scenario.run({ BakeryModule(parts: $0) }) { scenario in
            await #expect(throws: ListenersFailed.self) { try await scenario.when(Ordered(cake: "wedding")) }
            try await scenario.pass(.seconds(3600))
            try await scenario.drain()
            #expect(try await scenario.recorded(Baked.self).map(\.cake) == ["wedding"])
            #expect(scenario.clock.now == scenario.module.noon)
        }
    }
}
