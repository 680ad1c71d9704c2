import Foundation
import RabbitMQ
import TestSupport
import Testing

/// What a real broker makes of our messages, as an independent receiver sees it.
@Suite(.timeLimit(.minutes(3))) struct PublishingTests {
    @Test func `messages arrive in order, whole and persistent`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let publisher = try publisher(broker, subscriber.exchange)
        let messages = (1...300).map { message("m-\($0)", body: "{\"number\":\($0)}") }
        #expect(try await publisher.publish(messages) == Array(repeating: .confirmed, count: 300))
        let received = try await subscriber.next(300)
        #expect(received.map(\.id) == messages.map(\.id))
        #expect(received.map(\.body) == messages.map { String(decoding: $0.body, as: UTF8.self) })
        let first = received[0]
        #expect(first.routingKey == "tests.told")
        #expect(first.contentType == "application/json")
        #expect(first.type == "told")
        #expect(first.timestamp == 1_900_000_000)
        #expect(first.deliveryMode == 2)
        #expect(first.headers == ["narrator": "Ada", "título": "Die Schöne"])
    }

    @Test func `a body may be empty or as long as the broker allows`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let publisher = try publisher(broker, subscriber.exchange)
        let long = String(repeating: "a", count: 900_000)
        let outcomes = try await publisher.publish([message("empty", body: ""), message("long", body: long)])
        #expect(outcomes == [.confirmed, .confirmed])
        #expect(try await subscriber.next(2).map(\.size) == [0, 900_000])
    }

    @Test func `a message that no queue takes is told apart from the others`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker, bind: ["tests.told"])
        let batch = [message("a"), message("b", key: "tests.forgotten"), message("c")]
        let outcomes = try await publisher(broker, subscriber.exchange).publish(batch)
        #expect(outcomes == [.confirmed, .unroutable("NO_ROUTE"), .confirmed])
        let careless = try publisher(broker, subscriber.exchange, mandatory: false)
        #expect(try await careless.publish(batch) == [.confirmed, .confirmed, .confirmed])
        #expect(try await subscriber.next(4).map(\.id) == ["a", "c", "a", "c"])
    }

    @Test func `a full queue refuses, and takes again once there is room`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker, maxLength: 2, isIdle: true)
        let publisher = try publisher(broker, subscriber.exchange)
        // One at a time: the queue tells its publishers that it is full a moment after it is.
        var outcomes: [PublishOutcome] = []
        while !outcomes.contains(.nacked) { outcomes += try await publisher.publish([message("m-\(outcomes.count)")]) }
        #expect(outcomes.count > 2)
        try await subscriber.obey("purge")
        try await eventually { try await publisher.publish([message("later")]) == [.confirmed] }
    }

    @Test func `one message that the broker refuses does not take the others with it`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let publisher = try publisher(broker, subscriber.exchange)
        let huge = String(repeating: "a", count: 2_000_000)
        let outcomes = try await publisher.publish([message("a"), message("huge", body: huge), message("c")])
        #expect([outcomes[0], outcomes[2]] == [.confirmed, .confirmed])
        guard case .refused(let reason) = outcomes[1] else {
            Issue.record("\(outcomes[1])")
            return
        }
        #expect(reason.contains("size"))
        let received = try await subscriber.next(untilAll: ["a", "c"]) { $0.id ?? "" }
        #expect(!received.contains { $0.id == "huge" })
    }

    @Test func `what the protocol has no room for is refused before it is sent`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let publisher = try publisher(broker, subscriber.exchange)
        let far = message("far", key: String(repeating: "k", count: 256))
        let outcomes = try await publisher.publish([message("a"), far])
        #expect(outcomes == [.confirmed, .refused("its routing key has more than 255 bytes")])
        #expect(try await subscriber.next().id == "a")
    }

    private func publisher(
        _ broker: PrivateBroker,
        _ exchange: String,
        mandatory: Bool = true
    ) throws -> RabbitMQPublisher {
        RabbitMQPublisher(
            try RabbitMQConfiguration(url: broker.url),
            exchange: try RabbitMQExchange(exchange),
            mandatory: mandatory
        )
    }
}

func message(_ id: String, key: String = "tests.told", body: String = "{}") -> RabbitMQMessage {
    RabbitMQMessage(
        routingKey: key,
        body: Array(body.utf8),
        contentType: "application/json",
        id: id,
        type: "told",
        timestamp: Date(timeIntervalSince1970: 1_900_000_000),
        headers: [.init("narrator", "Ada"), .init("título", "Die Schöne")]
    )
}
