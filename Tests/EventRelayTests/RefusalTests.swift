import EventOutbox
import EventRelay
import InMemoryLogging
import Logging
import Postgres
import RabbitMQ
import TestSupport
import Testing

/// What the broker does not take is kept, in order, and seen.
@Suite(.timeLimit(.minutes(3))) struct RefusalTests {
    @Test func `an unroutable event holds back its key alone, until a queue is bound`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker, bind: ["tests.told"])
        let (logger, log) = log()
        try await RelayStage.run { stage in
            try await stage.relaying(try .test(broker, subscriber.exchange), logger: logger) {
                try await stage.record(
                    Told(story: "a", number: 1),
                    Whispered(story: "a", number: 2),
                    Told(story: "a", number: 3),
                    Told(story: "b", number: 4)
                )
                #expect(try await subscriber.next(2).map(\.number) == [1, 4])
                try await eventually { try await stage.deviations() == ["story:a retrying", "story:a parked"] }
                // What comes later of the key waits as well; others pass.
                try await stage.record(Told(story: "a", number: 5), Told(story: "b", number: 6))
                #expect(try await subscriber.next().number == 6)
                try await eventually { try await stage.deviations().count == 3 }
                let status = try #require(try await stage.status())
                #expect([status.retrying, status.parked, status.dead] == [1, 2, 0])
                let error: String = try await stage.database.read(
                    "SELECT error FROM events.deviation WHERE state = 'retrying'"
                )[0]["error"]
                #expect(error.contains("NO_ROUTE"))

                let other = try await Subscriber(broker, exchange: subscriber.exchange, bind: ["tests.whispered"])
                #expect(try await other.next().number == 2)
                #expect(try await subscriber.next(2).map(\.number) == [3, 5])
                try await stage.settle()
            }
        }
        let messages = log.entries.map { "\($0.message)" }
        #expect(messages.filter { $0 == "a relay holds events back that the broker does not take" }.count == 1)
        #expect(messages.filter { $0 == "a relay holds nothing back any more" }.count == 1)
    }

    @Test func `a full queue loses nothing and reorders nothing`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker, maxLength: 3, isIdle: true)
        try await RelayStage.run { stage in
            try await stage.relaying(try .test(broker, subscriber.exchange)) {
                let events = (1...60).map { Told(story: "s\($0 % 3)", number: $0) }
                for event in events { try await stage.record(event) }
                try await eventually { try await (stage.status()?.heldBack ?? 0) > 0 }
                try await subscriber.obey("consume")
                let wanted = Set(events.map { "\($0.number)" })
                let received = try await subscriber.next(untilAll: wanted) { "\($0.number ?? 0)" }
                let numbers = Dictionary(grouping: received.withoutRepeats) { $0.key }
                    .mapValues { $0.compactMap(\.number) }
                #expect(numbers.values.map(\.count) == [20, 20, 20])
                for (key, numbers) in numbers { #expect(numbers == numbers.sorted(), "\(key): \(numbers)") }
                try await stage.settle()
            }
        }
    }

    @Test func `what is held back is bounded: then the lane stops and nothing is lost`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker, bind: ["nothing.at-all"])
        try await RelayStage.run { stage in
            var pace = RelayPace.quick
            pace.heldBack = 10
            pace.batch = 4
            try await stage.relaying(try .test(broker, subscriber.exchange), pace: pace) {
                try await stage.record((1...50).map { Told(story: "s\($0)", number: $0) })
                try await eventually { try await (stage.status()?.heldBack ?? 0) >= 10 }
                let status = try #require(try await stage.status())
                #expect(status.heldBack <= 13)
                #expect(status.waiting + status.heldBack == 50)
                let other = try await Subscriber(broker, exchange: subscriber.exchange)
                #expect(Set(try await other.next(50).map(\.number)).count == 50)
                try await stage.settle()
            }
        }
    }

    @Test func `a login that is refused is seen, and costs nothing but time`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let (logger, log) = log()
        try await RelayStage.run { stage in
            let relay = try Relay.test(broker, subscriber.exchange, url: broker.url(password: "onceupon"))
            try await stage.relaying(relay, logger: logger) {
                try await stage.record((1...3).map { Told(story: "a", number: $0) })
                try await eventually { try await stage.status()?.failure != nil }
                try await eventually { try await stage.status()?.waiting == 3 }
                let status = try #require(try await stage.status())
                #expect(status.failure?.contains("forbidden") == true)
                #expect(status.failingSince != nil)
                #expect(status.heldBack == 0)
            }
            let said = log.entries.map { "\($0.message) \($0.metadata)" }
            #expect(said.filter { $0.hasPrefix("a relay stands still") }.count == 1)
            #expect(!said.contains { $0.contains("onceupon") })
            try await stage.relaying(try .test(broker, subscriber.exchange)) {
                #expect(try await subscriber.next(3).map(\.number) == [1, 2, 3])
                try await stage.settle()
                try await eventually { try await stage.status()?.failure == nil }
            }
        }
    }

    private func log() -> (Logger, InMemoryLogHandler) {
        let handler = InMemoryLogHandler()
        return (Logger(label: "tests") { _ in handler }, handler)
    }
}
