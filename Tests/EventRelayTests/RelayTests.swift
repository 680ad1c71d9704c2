import EventOutbox
import EventRelay
import Events
import Foundation
import Origin
import Postgres
import RabbitMQ
import TestSupport
import Testing

/// What a relay publishes, as an independent receiver sees it.
@Suite(.timeLimit(.minutes(3))) struct RelayTests {
    @Test(arguments: [1, 4]) func `every event arrives, in order per key`(lanes: Int) async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        try await RelayStage.run { stage in
            try await stage.relaying(try .test(broker, subscriber.exchange, lanes: lanes)) {
                for round in 0..<20 {
                    try await stage.record((0..<30).map { Told(story: "s\($0 % 7)", number: round * 30 + $0) })
                }
                let received = try await subscriber.next(600)
                try await stage.settle()
                #expect(Set(received.map(\.id)).count == 600)
                let numbers = Dictionary(grouping: received, by: \.key).mapValues { $0.compactMap(\.number) }
                #expect(numbers.count == 7)
                for (key, numbers) in numbers { #expect(numbers == numbers.sorted(), "\(key) is out of order") }
            }
        }
    }

    @Test func `an event is a CloudEvent that others can read`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        try await RelayStage.run { stage in
            let cause = Origin(
                actor: "user:secret",
                correlationID: UUID(),
                causationID: UUID(),
                traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            )
            try await cause.run { try await stage.record(Told(story: "Die \"Schöne\"", number: 1)) }
            try await stage.relaying(try .test(broker, subscriber.exchange)) {
                let message = try await subscriber.next()
                let row = try await stage.database.read(
                    "SELECT id, recorded_at, payload::text AS payload FROM events.event"
                )[0]
                let (id, recorded): (UUID, Date) = (try row["id"], try row["recorded_at"])
                let payload: String = try row["payload"]
                #expect(message.routingKey == "tests.told")
                #expect(message.contentType == "application/json")
                #expect(message.deliveryMode == 2)
                #expect(message.id == id.uuidString.lowercased())
                #expect(message.timestamp == Int(recorded.timeIntervalSince1970))
                #expect(message.body == payload)
                #expect(message.headers["traceparent"] == cause.traceparent)
                var event = try #require(message.event)
                let time = event.removeValue(forKey: "time") ?? ""
                #expect(time.hasPrefix(recorded.formatted(.iso8601).prefix(10)) && time.hasSuffix("+00:00"), "\(time)")
                #expect(
                    event == [
                        "specversion": "1.0", "id": id.uuidString.lowercased(), "source": "/storytime/tests",
                        "type": "tests.told", "datacontenttype": "application/json",
                        "subject": "story:Die \"Schöne\"", "partitionkey": "story:Die \"Schöne\"",
                        "sequence": "0000000000000000001", "dataversion": "3",
                        "correlationid": cause.correlationID?.uuidString.lowercased(),
                        "causationid": cause.causationID?.uuidString.lowercased(), "traceparent": cause.traceparent,
                    ]
                )
                #expect(!message.headers.values.contains { $0.contains("secret") })
            }
        }
    }

    @Test func `only chosen events are published, and the others do not hold up the log`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        try await RelayStage.run { stage in
            try await stage.relaying(try .test(broker, subscriber.exchange, of: [Whispered.name])) {
                try await stage.record(Told(story: "a", number: 1), Whispered(story: "a", number: 2))
                try await stage.record(Told(story: "a", number: 3))
                try await stage.settle()
                try await stage.record(Whispered(story: "a", number: 4))
                #expect(try await subscriber.next(2).map(\.type) == ["tests.whispered", "tests.whispered"])
            }
        }
    }

    @Test func `a relay that is stopped goes on where it was`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        try await RelayStage.run { stage in
            for number in 1...3 {
                try await stage.record(Told(story: "a", number: number))
                try await stage.relaying(try .test(broker, subscriber.exchange)) { try await stage.settle() }
            }
            #expect(try await subscriber.next(3).map(\.number) == [1, 2, 3])
        }
    }
}
