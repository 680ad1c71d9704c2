import EventDelivery
import Events
import Postgres
import Testing

@testable import EventOutbox

/// What is held back stays bounded.
@Suite(.timeLimit(.minutes(1))) struct DeviationLimitTests {
    private func failing(_ limit: DeviationLimit, lanes: Int = 1, fails: Bool = true) -> Listener {
        Listener.transactional(
            "tests.write",
            lanes: lanes,
            retry: .whenTold,
            from: .beginning,
            limit: limit
        ) {
            Reaction.on(Ping.self) { delivered, tx in
                if fails { throw Refusal() }
                let ping = delivered.event
                try await tx.execute(
                    "INSERT INTO effect (listener, subject, number) VALUES ('tests.write', \(ping.subject), \(ping.number))"
                )
            }
        }
    }

    @Test(arguments: [1, 4])
    func `at its limit a listener is paused, and says why`(lanes: Int) async throws {
        try await Stage.run { stage in
            for number in 1...40 { try await stage.record(Ping(subject: "s\(number)", number: number)) }
            try await stage.deliver(to: failing(DeviationLimit(10), lanes: lanes))
            // Each lane notices after the transaction at hand.
            #expect((10...10 + lanes).contains(try await stage.deviations().count))
            let status = try #require(try await stage.operations.listenerStatus().first)
            #expect(status.pausedBy == "storytime" && status.waiting >= 30 - lanes)
            let log = try await stage.database.read("SELECT operator, verb, subject, reason FROM events.ops_log")
            #expect(log.count == 1)
            #expect(try (log[0]["reason"] as String).contains("events are held back and the limit is 10"))
        }
    }

    @Test func `parked events count, too`() async throws {
        try await Stage.run { stage in
            for number in 1...30 { try await stage.record(Ping(subject: "a", number: number)) }
            var configuration = OutboxConfiguration()
            configuration.batch = 8
            _ = try await stage.delivery([failing(DeviationLimit(5))], configuration: configuration).drain()
            #expect(try await stage.operations.listenerStatus().first?.pausedBy == "storytime")
            #expect(try await stage.deviations().count < 5 + 8)
        }
    }

    @Test func `once resumed it goes on until as many more are held back`() async throws {
        try await Stage.run { stage in
            for number in 1...40 { try await stage.record(Ping(subject: "s\(number)", number: number)) }
            let listener = failing(DeviationLimit(10))
            for round in 1...3 {
                try await stage.deliver(to: listener)
                #expect(try await stage.deviations().count == round * 10)
                let person = Operator(name: "ops", reason: "looked at it")
                _ = try await stage.operations(listener).resume("tests.write", by: person)
            }
            _ = try await stage.delivery([failing(DeviationLimit(10), fails: false)]).drain()
            #expect(try await stage.effects().count == 10)
        }
    }

    @Test func `with dead letters as the policy what fails past the limit is not tried again`() async throws {
        try await Stage.run { stage in
            for number in 1...25 { try await stage.record(Ping(subject: "s\(number)", number: number)) }
            try await stage.deliver(to: failing(DeviationLimit(2, .deadLetter)))
            let states = try await stage.deviations().map { $0.prefix { $0 != " " } }
            #expect(states.prefix(2) == ["retrying", "retrying"])
            #expect(states.dropFirst(2).allSatisfy { $0 == "dead" })
            // Ten times the limit is the end of it.
            #expect(states.count == 20)
            #expect(try await stage.operations.listenerStatus().first?.pausedBy == "storytime")
        }
    }
}
