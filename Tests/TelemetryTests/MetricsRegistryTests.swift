import CoreMetrics
import Telemetry
import TestSupport
import Testing

@Suite struct MetricsRegistryTests {
    private let registry = MetricsRegistry()

    private func page() async -> MetricsPage { MetricsPage(await registry.families().prometheusText) }

    /// One metric of each kind, in one process, with everything that has to be escaped.
    private func fill() {
        let odd = [("http.route", "/v1/\"kids\"\\{kid}\n")]
        CoreMetrics.Timer(label: "http.server.request.duration", dimensions: odd, factory: registry)
            .recordNanoseconds(7_000_000)
        Counter(label: "outbox.deliveries", dimensions: [("listener", "a.b")], factory: registry).increment(by: 3)
        Recorder(label: "http.server.request.body.size", factory: registry).record(1_000)
        Meter(label: "http.server.active_requests", factory: registry).increment(by: 2)
        Gauge(label: "db.client.replica.staleness", factory: registry).record(0.25)
        Counter(label: "something.nobody.described", factory: registry).increment()
        registry.collect("tests") {
            var family = MetricFamily("tests_cache_entries", .gauge, "Entries by tier.")
            family.add(2, ["tier": "memory"])
            family.add(.infinity, ["tier": "redis"])
            return [family]
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `Prometheus' client reads what was counted`() async throws {
        fill()
        let samples = try await page().samples()
        let route = "http_route=/v1/\"kids\"\\{kid}\n"
        #expect(samples["http_server_request_duration_seconds_bucket{\(route),le=0.005}"] == 0)
        #expect(samples["http_server_request_duration_seconds_bucket{\(route),le=0.01}"] == 1)
        #expect(samples["http_server_request_duration_seconds_bucket{\(route),le=+Inf}"] == 1)
        #expect(samples["http_server_request_duration_seconds_sum{\(route)}"] == 0.007)
        #expect(samples["http_server_request_duration_seconds_count{\(route)}"] == 1)
        #expect(samples["outbox_deliveries_total{listener=a.b}"] == 3)
        #expect(samples["http_server_request_body_size_bytes_bucket{le=1024}"] == 1)
        #expect(samples["http_server_active_requests{}"] == 2)
        #expect(samples["db_client_replica_staleness_seconds{}"] == 0.25)
        #expect(samples["tests_cache_entries{tier=redis}"] == .infinity)
        #expect(samples["storytime_collector_up{collector=tests}"] == 1)
    }

    @Test(.enabled(if: MetricsPage.hasPromtool), .timeLimit(.minutes(1)))
    func `promtool finds nothing to mend`() async throws {
        fill()
        registry.collect("process", ProcessMetrics.collect)
        #expect(try await page().promtoolFindings() == "")
    }

    @Test(.enabled(if: MetricsPage.hasPromtool), .timeLimit(.minutes(1)))
    func `promtool would find something`() async throws {
        registry.collect("tests") { [MetricFamily("tests_wrong", .counter, "A counter without _total.", 1)] }
        #expect(try await page().promtoolFindings().contains("_total"))
    }

    @Test func `metrics of one label and the same dimensions are one`() async {
        for _ in 0..<2 { Counter(label: "c", dimensions: [("a", "b")], factory: registry).increment() }
        #expect(await registry.families().prometheusText.contains("c_total{a=\"b\"} 2\n"))
    }

    @Test func `a bucket holds what is as large as its end`() async {
        let timer = CoreMetrics.Timer(label: "messaging.process.duration", factory: registry)
        timer.recordNanoseconds(1_000_000)
        timer.recordNanoseconds(1_000_001)
        let text = await registry.families().prometheusText
        #expect(text.contains("messaging_process_duration_seconds_bucket{le=\"0.001\"} 1\n"))
        #expect(text.contains("messaging_process_duration_seconds_bucket{le=\"0.005\"} 2\n"))
    }

    @Test func `counting from many tasks loses nothing`() async {
        let counter = Counter(label: "c", factory: registry)
        let meter = Meter(label: "m", factory: registry)
        let timer = CoreMetrics.Timer(label: "t", factory: registry)
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        meter.increment(by: 1)
                        timer.recordNanoseconds(1)
                    }
                }
            }
        }
        let text = await registry.families().prometheusText
        #expect(text.contains("\nc_total 80000\n"))
        #expect(text.contains("_count 80000\n"))
        #expect(text.split(separator: "\n").contains { $0.hasPrefix("m") && $0.hasSuffix(" 80000") })
    }

    @Test func `a collector that fails is told apart, and costs the others nothing`() async {
        registry.collect("broken") { throw CancellationError() }
        registry.collect("whole") { [MetricFamily("tests_whole", .gauge, "It is there.", 1)] }
        let text = await registry.families().prometheusText
        #expect(text.contains("storytime_collector_up{collector=\"broken\"} 0\n"))
        #expect(text.contains("storytime_collector_up{collector=\"whole\"} 1\n"))
        #expect(text.contains("tests_whole 1\n"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a collector that hangs, and heeds nothing, keeps nobody from the other numbers`() async {
        let registry = MetricsRegistry(patience: .milliseconds(10))
        let hung = Latch(1)
        registry.collect("hung") {
            await hung.waitRegardless()
            return []
        }
        registry.collect("whole") { [MetricFamily("tests_whole", .gauge, "It is there.", 1)] }
        var text = ""
        // On a machine that stands still for a moment the whole one may be late as well.
        while !text.contains("tests_whole 1\n") { text = await registry.families().prometheusText }
        #expect(text.contains("storytime_collector_up{collector=\"hung\"} 0\n"))
        hung.arrive()
    }

    @Test func `the process tells what it uses`() async throws {
        let families = try await ProcessMetrics.collect()
        let text = families.prometheusText
        for name in ["cpu_seconds_total", "resident_memory_bytes", "open_fds", "max_fds", "start_time_seconds"] {
            #expect(text.contains("\nprocess_\(name) "), "\(name)")
        }
    }
}
