import ArgumentParser
import EventDelivery
import EventOutbox
import EventRelay
import Events
import Foundation
import Logging
import Postgres
import RabbitMQ

/// How fast a backlog goes to a broker, against a loop that publishes as many messages and does nothing else.
struct RelayBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Relay recorded events to RabbitMQ, against a loop that only publishes: what the broker allows.",
        discussion: """
            Both go through the same library in batches of 500, every message persistent, routed to a durable queue and \
            confirmed. Uses a RabbitMQ of its own (Scripts/rabbitmq). With few keys the relay is slower: it waits for \
            each event of a key to be confirmed before the next.
            """
    )

    @Option(help: "Events.") var events = 20_000
    @Option(help: "Keys.") var keys = 5_000
    @Option(help: "Lanes.") var lanes = 1
    @Option(help: "Rounds.") var rounds = 3

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.statementTimeout = .seconds(30) }
        let outbox = try await OutboxBenchmark.prepare(bench)
        let broker = try BenchmarkBroker()
        defer { broker.end() }
        let configuration = try RabbitMQConfiguration(url: broker.url)
        try await Rounds(rounds) {
            try await work(outbox, configuration)
        } theirs: {
            try await loop(configuration)
        }.report("events relayed", against: "messages in a loop", aim: 0.5)
        await bench.database.close()
    }

    private func work(_ outbox: OutboxBenchmark, _ broker: RabbitMQConfiguration) async throws -> Double {
        try await outbox.empty()
        try await outbox.record(events, keys: keys)
        // It is the relay that is measured: events have their positions when it begins.
        let logger = Logger(label: "benchmarks")
        _ = try await OutboxDelivery(outbox.outbox, listeners: [], logger: logger).drain()
        let exchange = try RabbitMQExchange(BenchmarkBroker.exchange)
        let relay = Relay("benchmarks.relay", to: exchange, at: broker, lanes: lanes, from: .beginning)
        let delivery = OutboxDelivery(outbox.outbox, listeners: [relay.listener], logger: logger)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            group.addTask { try await delivery.run() }
            group.addTask { try await RelayDelivery(relay, beside: delivery, logger: logger).run() }
            while try await position(outbox) < events { try await Task.sleep(for: .milliseconds(5)) }
            group.cancelAll()
        }
        return Double(events) / (start.duration(to: .now) / .seconds(1))
    }

    /// How far the slowest lane has come.
    private func position(_ outbox: OutboxBenchmark) async throws -> Int {
        try await outbox.database.read("SELECT coalesce(min(position), 0) AS position FROM events.cursor")[0][
            "position"
        ]
    }

    private func loop(_ broker: RabbitMQConfiguration) async throws -> Double {
        let exchange = try RabbitMQExchange(BenchmarkBroker.exchange)
        let publisher = RabbitMQPublisher(broker, exchange: exchange)
        let messages = (1...events).map { number in
            var message = RabbitMQMessage(
                routingKey: "benchmarks.counted",
                body: Array(#"{"kid": \#(number % keys), "number": \#(number)}"#.utf8),
                contentType: "application/json",
                id: "\(UUID())",
                type: "benchmarks.counted",
                timestamp: Date()
            )
            // As many headers as an event without a trace has.
            message.headers = (0..<10).map { .init("cloudEvents_attribute\($0)", "\(UUID())") }
            return message
        }
        let start = ContinuousClock.now
        for first in stride(from: 0, to: events, by: 500) {
            let outcomes = try await publisher.publish(Array(messages[first..<min(events, first + 500)]))
            guard outcomes.allSatisfy({ $0 == .confirmed }) else { throw ValidationError("the broker refused some") }
        }
        let rate = Double(events) / (start.duration(to: .now) / .seconds(1))
        await publisher.close()
        return rate
    }
}
