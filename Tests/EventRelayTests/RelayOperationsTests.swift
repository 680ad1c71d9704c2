import EventDelivery
import EventOutbox
import EventRelay
import Events
import RabbitMQ
import StrictJSON
import TestSupport
import Testing

/// A relay is a listener like any other to those who operate the outbox.
@Suite(.timeLimit(.minutes(3))) struct RelayOperationsTests {
    private let ada = Operator(name: "ada", reason: "the broker is being moved")

    @Test func `a paused relay publishes nothing until it is resumed`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let relay = try Relay.test(broker, subscriber.exchange)
        try await RelayStage.run { stage in
            let operations = OutboxOperations(stage.database, listeners: [relay.listener])
            try await stage.relaying(relay) {
                try await stage.record(Told(story: "a", number: 1))
                #expect(try await subscriber.next().number == 1)
                try await operations.pause("relay.tests", by: ada)
                try await stage.record(Told(story: "a", number: 2))
                try await eventually { try await stage.status()?.waiting == 1 }
                let paused = try await operations.explain("2").deliveries
                #expect(paused.map(\.state) == [.paused], "\(paused)")
                try await operations.resume("relay.tests", by: ada)
                #expect(try await subscriber.next().number == 2)
                try await stage.settle()
            }
            #expect(try await operations.explain("2").deliveries.map(\.state) == [.handled])
            #expect(try await operations.audit().isClean)
        }
    }

    @Test func `what a relay waits for is explained`() async throws {
        let subscriber = try await Subscriber(try await PrivateBroker.shared)
        let relay = try Relay.test(try await PrivateBroker.shared, subscriber.exchange, url: "amqp://127.0.0.1:1")
        try await RelayStage.run { stage in
            let operations = OutboxOperations(stage.database, listeners: [relay.listener])
            try await stage.relaying(relay) {
                try await stage.record(Told(story: "a", number: 1))
                try await eventually { try await stage.status()?.waiting == 1 }
                try await eventually { try await stage.status()?.failure != nil }
                let answer = try #require(try await operations.explain("1").deliveries.first)
                #expect(answer.state == .waiting)
                #expect(answer.because.contains("has stood still for") && answer.because.contains("does not answer"))
            }
        }
    }

    @Test func `what the broker never will take is dead at once, and its key goes on when it is discarded`()
        async throws
    {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let relay = try Relay.test(broker, subscriber.exchange)
        try await RelayStage.run { stage in
            let operations = OutboxOperations(stage.database, listeners: [relay.listener])
            try await stage.relaying(relay) {
                // The broker takes up to 1,000,000 bytes.
                try await stage.record(
                    Told(story: "a", number: 1, text: String(repeating: "a", count: 1_100_000)),
                    Told(story: "a", number: 2),
                    Told(story: "b", number: 3)
                )
                #expect(try await subscriber.next().number == 3)
                try await eventually { try await stage.deviations() == ["story:a dead", "story:a parked"] }
                let group = try #require(try await operations.deadLetterGroups().first)
                #expect(group.count == 1 && group.heldBehind == 1)
                #expect(group.message.contains("does not take it as it is"), "\(group)")
                _ = try await operations.discard(DeadLetterFilter(), by: ada)
                #expect(try await subscriber.next().number == 2)
                try await stage.settle()
            }
        }
    }

    @Test func `a dead letter can be edited and goes out as it was edited`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let relay = try Relay.test(broker, subscriber.exchange)
        try await RelayStage.run { stage in
            let operations = OutboxOperations(stage.database, listeners: [relay.listener])
            try await stage.relaying(relay) {
                try await stage.record(Told(story: "a", number: 1, text: String(repeating: "a", count: 1_100_000)))
                try await eventually { try await stage.deviations() == ["story:a dead"] }
                let short = try JSON(parsing: Array(#"{"story":"a","number":1,"text":"short"}"#.utf8))
                _ = try await operations.edit("1", of: "relay.tests", payload: short, by: ada)
                _ = try await operations.retry(DeadLetterFilter(), by: ada)
                #expect(try JSON(parsing: Array(try await subscriber.next().body.utf8)) == short)
                try await stage.settle()
            }
        }
    }

    @Test func `a replay publishes again, in order and with the same ids`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let relay = try Relay.test(broker, subscriber.exchange)
        try await RelayStage.run { stage in
            let operations = OutboxOperations(
                stage.database,
                listeners: [relay.listener],
                relays: [relay.listener.name: relay.publishAgain]
            )
            var first: [Subscriber.Message] = []
            try await stage.relaying(relay) {
                try await stage.record((1...6).map { Told(story: "s\($0 % 2)", number: $0) })
                first = try await subscriber.next(6)
                try await stage.settle()
            }
            let plan = try await operations.planReplay(ReplayRequest(of: "relay.tests", from: 3, to: 6))
            #expect(plan.total == 4)
            let replay = try await operations.beginReplay(plan, by: ada)
            try await operations.runReplay(replay) { _ in }
            let again = try await subscriber.next(4)
            #expect(Set(again.map(\.id)) == Set(first.filter { $0.number.map { $0 > 2 } ?? false }.map(\.id)))
            for numbers in Dictionary(grouping: again, by: \.key).mapValues({ $0.compactMap(\.number) }).values {
                #expect(numbers == numbers.sorted())
            }
            #expect(try await operations.replay(replay).state == .finished)
            await #expect(throws: OutboxError.self) { try await operations.rehearseReplay(plan) }
        }
    }

    @Test func `a replay without a broker blames no event and can be taken up again`() async throws {
        let subscriber = try await Subscriber(try await PrivateBroker.shared)
        let away = try Relay.test(try await PrivateBroker.shared, subscriber.exchange, url: "amqp://127.0.0.1:1")
        let relay = try Relay.test(try await PrivateBroker.shared, subscriber.exchange)
        try await RelayStage.run { stage in
            let listeners = [relay.listener]
            try await stage.relaying(relay) {
                try await stage.record(Told(story: "a", number: 1))
                _ = try await subscriber.next()
                try await stage.settle()
            }
            let broken = OutboxOperations(
                stage.database,
                listeners: listeners,
                relays: ["relay.tests": away.publishAgain]
            )
            let replay = try await broken.beginReplay(
                try await broken.planReplay(ReplayRequest(of: "relay.tests")),
                by: ada
            )
            await #expect(throws: (any Error).self) { try await broken.runReplay(replay) { _ in } }
            let standing = try await broken.replay(replay)
            #expect(standing.state == .planned && standing.error?.contains("does not answer") == true, "\(standing)")
            let mended = OutboxOperations(
                stage.database,
                listeners: listeners,
                relays: ["relay.tests": relay.publishAgain]
            )
            try await mended.runReplay(replay) { _ in }
            #expect(try await subscriber.next().number == 1)
            #expect(try await mended.replay(replay).error == nil)
        }
    }

    @Test func `a relay is in the catalogue`() throws {
        let broker = try RabbitMQConfiguration(url: "amqp://broker.example")
        let relay = Relay("relay.tests", of: [Told.name], to: try RabbitMQExchange("told"), at: broker, lanes: 2)
        let document = try CatalogDocument(EventCatalog([Told.self, Whispered.self]), listeners: [relay.listener])
        let told = try #require(document.events.first { $0.name == "tests.told" })
        #expect(told.listeners.map(\.name) == ["relay.tests"] && told.listeners.map(\.effect) == ["relay"])
        #expect(document.markdown.contains("`relay.tests` (relay, 2 lanes)"))
        #expect(document.hearingAll.isEmpty)
    }
}
