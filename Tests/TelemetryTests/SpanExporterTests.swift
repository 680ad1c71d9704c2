import CoreMetrics
import Logging
import ServiceContextModule
import ServiceLifecycle
import StrictJSON
import Synchronization
import Testing
import Tracing

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct SpanExporterTests {
    private let registry = MetricsRegistry()

    /// Runs an exporter until it has been asked to stop, and returns what the collector was sent.
    private func export(
        _ count: Int,
        capacity: Int = 100,
        batch: Int = 10,
        answers: [Int?],
        until isDone: @escaping @Sendable (Int) -> Bool
    ) async throws -> [JSON] {
        let queue = withMetricsFactory(registry) { SpanQueue(capacity: capacity, batch: batch) }
        let collector = FakeCollector(answers)
        let exporter = withMetricsFactory(registry) {
            SpanExporter(
                queue,
                of: OTLPResource(ServiceDescription(version: "1"), instance: "i"),
                over: collector.transport,
                every: .seconds(3_600),
                backoff: .milliseconds(1),
                logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
            )
        }
        let tracer = SpanTracer(queue, share: 1)
        for number in 0..<count { tracer.startSpan("\(number)", context: .topLevel).end() }
        let group = ServiceGroup(
            configuration: .init(services: [exporter], logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        )
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            await collector.wait(until: isDone)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        return collector.received
    }

    private func spans(_ outcome: String) async -> String? {
        await registry.families().prometheusText.split(separator: "\n")
            .first { $0.hasPrefix("telemetry_spans_total{outcome=\"\(outcome)\"}") }
            .map { String($0.split(separator: " ")[1]) }
    }

    private func names(_ documents: [JSON]) -> [String] {
        documents.flatMap { document in
            (document["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?.array ?? []).compactMap { $0["name"]?.string }
        }
    }

    @Test func `spans arrive in batches, and once the process stops the rest`() async throws {
        let received = try await export(23, answers: []) { $0 >= 1 }
        #expect(names(received) == (0..<23).map(String.init))
        #expect(received.count == 3)
        #expect(await spans("exported") == "23")
    }

    @Test func `a collector that is busy or away is asked again`() async throws {
        let received = try await export(10, answers: [503, nil, 429, 200]) { $0 >= 4 }
        #expect(names(received) == (0..<3).flatMap { _ in (0..<10).map(String.init) })
        #expect(await spans("exported") == "10")
    }

    @Test func `what a collector refuses is not sent again`() async throws {
        let received = try await export(10, answers: [400]) { $0 >= 1 }
        #expect(received.count == 1)
        #expect(await spans("failed") == "10")
    }

    @Test func `a collector that stays away costs the batch and nothing else`() async throws {
        _ = try await export(10, answers: Array(repeating: nil, count: 5)) { $0 >= 5 }
        #expect(await spans("failed") == "10")
    }

    @Test func `what does not fit is dropped and counted`() async throws {
        let received = try await export(23, capacity: 20, answers: []) { $0 >= 1 }
        #expect(names(received) == (0..<20).map(String.init))
        #expect(await spans("dropped") == "3")
    }
}

/// Answers as it is told, then with 200; nil is a connection that breaks.
private final class FakeCollector: Sendable {
    private struct State {
        var answers: [Int?]
        var received: [JSON] = []
        var calls = 0
        var waiter: (isDone: @Sendable (Int) -> Bool, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state: Mutex<State>

    init(_ answers: [Int?]) { state = Mutex(State(answers: answers)) }

    /// What arrived, whatever was answered.
    var received: [JSON] { state.withLock { $0.received } }

    var transport: OTLPTransport {
        OTLPTransport { body in
            let document = try JSON(parsing: body)
            let (answer, waiter) = self.state.withLock { state in
                let answer = state.answers.isEmpty ? 200 : state.answers.removeFirst()
                if answer != nil { state.received.append(document) }
                state.calls += 1
                return (answer, state.waiter?.isDone(state.calls) == true ? state.waiter.take() : nil)
            }
            waiter?.continuation.resume()
            guard let answer else { throw CancellationError() }
            return OTLPTransport.Answer(status: answer, retryAfter: answer == 429 ? .zero : nil)
        }
    }

    func wait(until isDone: @escaping @Sendable (Int) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                if isDone(state.calls) { return true }
                state.waiter = (isDone, continuation)
                return false
            }
            if isDue { continuation.resume() }
        }
    }
}
