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
