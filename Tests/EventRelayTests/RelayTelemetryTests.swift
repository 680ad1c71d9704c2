import EventRelay
import Metrics
import MetricsTestKit
import Origin
import TestSupport
import Testing
import Tracing

@testable import Telemetry

/// What operators see of a relay from outside.
@Suite(.timeLimit(.minutes(3))) struct RelayTelemetryTests {
    private let metrics = TestMetrics()

    private func count(_ label: String, _ dimensions: (String, String)...) -> Int64 {
        (try? metrics.expectCounter(label, dimensions))?.totalValue ?? 0
    }

    /// Whether the relay's only lane stands still here.
    private var isStalled: Bool? {
        let gauge = try? metrics.expectGauge("outbox.relay.stalled", [("listener", "relay.tests"), ("lane", "0")])
        return gauge?.lastValue.map { $0 == 1 }
    }

    @Test func `what is published is counted and timed`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let relay = try Relay.test(broker, subscriber.exchange)
        try await withMetricsFactory(metrics) {
            try await RelayStage.run { stage in
                try await stage.relaying(relay) {
                    try await stage.record(Told(story: "a", number: 1), Told(story: "b", number: 2))
                    _ = try await subscriber.next(2)
                    try await stage.settle()
                }
            }
        }
        let place = [("messaging.system", "rabbitmq"), ("messaging.destination.name", subscriber.exchange)]
        #expect(count("messaging.client.sent.messages", place[0], place[1]) == 2)
        #expect(count("rabbitmq.connections.opened", place[0], place[1]) == 1)
        #expect(count("outbox.deliveries", ("listener", "relay.tests"), ("outcome", "handled")) == 2)
        let operation = ("messaging.operation.name", "publish")
        let timer = try metrics.expectTimer("messaging.client.operation.duration", place + [operation])
        #expect((1...2).contains(timer.values.count))
        #expect(isStalled == false)
    }

    @Test func `that the broker is away is shown and counted`() async throws {
        let subscriber = try await Subscriber(try await PrivateBroker.shared)
        let relay = try Relay.test(try await PrivateBroker.shared, subscriber.exchange, url: "amqp://127.0.0.1:1")
        try await withMetricsFactory(metrics) {
            try await RelayStage.run { stage in
                try await stage.relaying(relay) {
                    try await stage.record(Told(story: "a", number: 1))
                    try await eventually { isStalled == true }
                    let place = [("messaging.system", "rabbitmq"), ("messaging.destination.name", subscriber.exchange)]
                    try await eventually {
                        count("messaging.client.sent.messages", place[0], place[1], ("error.type", "unreachable")) > 0
                    }
                    #expect(count("messaging.client.sent.messages", place[0], place[1]) == 0)
                }
            }
        }
    }

    @Test func `a batch is a span in the trace of its first event, with links to the others`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        let relay = try Relay.test(broker, subscriber.exchange)
        let cause = Origin(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        let queue = SpanQueue(capacity: 10_000, batch: 10_000)
        try await withTracer(SpanTracer(queue, share: 0)) {
            try await RelayStage.run { stage in
                try await cause.run { try await stage.record(Told(story: "a", number: 1), Told(story: "b", number: 2)) }
                try await stage.relaying(relay) {
                    _ = try await subscriber.next(2)
                    try await stage.settle()
                }
            }
        }
        let spans = queue.take()
        let batch = try #require(spans.first { $0.name == "publish \(subscriber.exchange)" })
        let created = spans.filter { $0.name == "create tests.told" }.map(\.trace)
        #expect(batch.kind == .producer && batch.trace.traceText == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(created.count == 2 && batch.parent == created[0].span)
        #expect(batch.links.map(\.context.traceContext) == [created[1]])
        #expect(batch.attributes.get("messaging.system") == .string("rabbitmq"))
        #expect(batch.attributes.get("messaging.batch.message_count") == .int64(2))
    }
}
