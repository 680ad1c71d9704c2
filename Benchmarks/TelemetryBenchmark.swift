import ArgumentParser
import Instruments
import Logging
import Metrics
import ServiceContextModule
import Telemetry
import Tracing

/// What it costs to count and to trace: alone, by the request and by the event.
struct TelemetryBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "telemetry",
        abstract: "Requests and events with metrics, traces and logs against the same without, and the parts alone."
    )

    @Option(help: "Concurrent clients.") var clients = 32
    @Option(help: "Seconds a round.") var seconds = 3
    @Option(help: "Rounds.") var rounds = 5
    @Option(help: "How often each part is done.") var times = 1_000_000

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        // Their instruments are made before anybody counts, and stay without effect.
        let events = try await TelemetryEvents(seconds: seconds)
        try await BenchmarkServer.running(isTold: false, clients: clients) { plain in
            let queue = SpanQueue(capacity: 100_000)
            let registry = MetricsRegistry()
            MetricsSystem.bootstrap(registry)
            InstrumentationSystem.bootstrap(SpanTracer(queue, share: 1))
            measureParts()
            measureLookingUp()
            let exporting = Task { await SpanExporter.toNowhere(queue).run() }
            defer { exporting.cancel() }
            try await BenchmarkServer.running(isTold: true, clients: clients) { told in
                let load = Load(callers: clients, seconds: seconds)
                let rounds = try await Rounds(rounds) {
                    try await load.runByCPU { _ in try await told.ask() }
                } theirs: {
                    try await load.runByCPU { _ in try await plain.ask() }
                }
                rounds.report(
                    "requests by CPU second, counted, traced and logged",
                    against: "the same without",
                    aim: 0.9
                )
            }
            try await events.measure(rounds)
        }
    }

    private func measureParts() {
        let timer = Metrics.Timer(label: "benchmark.duration", dimensions: [("route", "/v1/kids")])
        report("one duration recorded", aim: 50) { timer.recordNanoseconds(Int64($0)) }
        let counter = Metrics.Counter(label: "benchmark.events")
        report("one event counted", aim: 50) { _ in counter.increment() }
        // A queue of its own that is full at once: what is measured is a request's share, not the exporter's.
        let tracer = SpanTracer(SpanQueue(capacity: 1), share: 1)
        report("one span recorded", aim: 3_000) { _ in
            let span = tracer.startSpan("GET /v1/kids", context: .topLevel, ofKind: .server)
            span.updateAttributes { attributes in
                attributes["http.request.method"] = "GET"
                attributes["http.route"] = "/v1/kids"
                attributes["http.response.status_code"] = 200
            }
            span.end()
        }
        let unrecorded = SpanTracer(SpanQueue(capacity: 1), share: 0)
        report("one span not recorded", aim: 1_000) { _ in
            unrecorded.startSpan("GET /v1/kids", context: .topLevel, ofKind: .server).end()
        }
        let logger = BenchmarkServer.json
        report("one line logged", aim: 10_000) { number in
            logger.info("Request", metadata: ["http.route": "/v1/kids", "duration_ms": .stringConvertible(number)])
        }
    }

    /// Why instruments are held.
    private func measureLookingUp() {
        report("one duration recorded, its instrument looked up") { number in
            let dimensions = [("listener", "benchmarks.effect"), ("outcome", "handled")]
            Metrics.Timer(label: "benchmark.lookup", dimensions: dimensions).recordNanoseconds(Int64(number))
        }
        let held = Instruments<String, Metrics.Timer> {
            Metrics.Timer(label: "benchmark.held", dimensions: [("listener", $0), ("outcome", "handled")])
        }
        report("one duration recorded, its instrument held by label", aim: 150) {
            held["benchmarks.effect"].recordNanoseconds(Int64($0))
        }
    }

    private func report(_ name: String, aim: Int? = nil, _ work: (Int) -> Void) {
        let start = ContinuousClock.now
        for number in 0..<times { work(number) }
        let each = start.duration(to: .now) / .nanoseconds(1) / Double(times)
        print("\(name): \(Int(each.rounded())) ns\(aim.map { " (aim \($0))" } ?? "")")
    }
}

extension SpanExporter {
    /// Encodes spans like any other, and has them accepted at once.
    static func toNowhere(_ queue: SpanQueue) -> SpanExporter {
        SpanExporter(
            queue,
            of: OTLPResource(ServiceDescription(version: "benchmark"), instance: "benchmark"),
            over: OTLPTransport { _ in OTLPTransport.Answer(status: 200) },
            logger: BenchmarkServer.silent
        )
    }
}
