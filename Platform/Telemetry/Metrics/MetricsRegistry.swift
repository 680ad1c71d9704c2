public import CoreMetrics
import Synchronization

/// Holds every number that the program keeps about itself, and shows them to Prometheus.
///
/// It is the backend of swift-metrics: whoever counts knows only that. Two metrics of the same label and dimensions are
/// one. What cannot be counted as it happens is looked up when somebody asks, by collectors.
public final class MetricsRegistry: MetricsFactory, Sendable {
    /// Looks something up at the moment of a scrape.
    public typealias Collector = @Sendable () async throws -> [MetricFamily]

    private struct Key: Hashable {
        let label: String
        let dimensions: [MetricFamily.Label]

        init(_ label: String, _ dimensions: [(String, String)]) {
            self.label = label
            self.dimensions = dimensions.map { MetricFamily.Label(name: $0.0, value: $0.1) }
        }

        /// The dimensions as Prometheus calls them; whoever counts does not wait for that.
        var labels: [MetricFamily.Label] {
            dimensions.map { MetricFamily.Label(name: MetricName.label($0.name), value: $0.value) }
        }
    }

    private struct State {
        var counters: [Key: CounterCell] = [:]
        var gauges: [Key: GaugeCell] = [:]
        var histograms: [Key: HistogramCell] = [:]
        var collectors: [(name: String, collect: Collector)] = []
    }

    private let state = Mutex(State())
    private let patience: Duration

    /// A registry that knows nothing yet, and that waits for a collector as long as `patience`: well below the ten seconds
    /// that Prometheus waits for all of it.
    public init(patience: Duration = .seconds(3)) { self.patience = patience }

    /// Asks this closure at every scrape. One that fails, or does not answer in time, says so in `storytime_collector_up` and
    /// costs nothing else.
    public func collect(_ name: String, _ collector: @escaping Collector) {
        state.withLock { $0.collectors.append((name, collector)) }
    }

    /// Everything at this moment.
    public func families() async -> [MetricFamily] {
        let collectors = state.withLock { $0.collectors }
        var up = MetricFamily("storytime_collector_up", .gauge, "1 when the numbers of a collector could be looked up.")
        var found = counted
        await withTaskGroup { group in
            for (name, collect) in collectors { group.addTask { (name, await self.answer(of: collect)) } }
            for await (name, families) in group {
                up.add(families == nil ? 0 : 1, ["collector": name])
                found += families ?? []
            }
        }
        return found + [up]
    }

    /// What a collector has found, if it has in time. Whatever hangs in it may not heed its cancellation, so nobody waits for
    /// its end.
    private func answer(of collect: @escaping Collector) async -> [MetricFamily]? {
        let (answers, answer) = AsyncStream<[MetricFamily]?>.makeStream()
        let look = Task { answer.yield(try? await collect()) }
        let timer = Task { [patience] in
            try? await Task.sleep(for: patience)
            answer.yield(nil)
        }
        defer {
            look.cancel()
            timer.cancel()
        }
        for await found in answers { return found }
        return nil
    }

    private var counted: [MetricFamily] {
        let state = state.withLock { $0 }
        var families: [String: MetricFamily] = [:]
        func add(_ key: Key, _ kind: MetricFamily.Kind, _ samples: [MetricFamily.Sample]) {
            let name = MetricName.of(key.label, kind)
            families[name, default: MetricFamily(name, kind, MetricDescription.of(key.label).help)].add(samples)
        }
        for (key, cell) in state.counters { add(key, .counter, [.init(labels: key.labels, value: cell.value)]) }
        for (key, cell) in state.gauges { add(key, .gauge, [.init(labels: key.labels, value: cell.value)]) }
        for (key, cell) in state.histograms { add(key, .histogram, cell.samples(key.labels)) }
        return Array(families.values)
    }

    private func makeGauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeCell {
        state.withLock { $0.gauges.value(of: Key(label, dimensions), made: GaugeCell()) }
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramCell {
        state.withLock { $0.histograms.value(of: Key(label, dimensions), made: HistogramCell(.of(label))) }
    }

    // MARK: What swift-metrics asks for

    /// The counter of this label and these dimensions.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        state.withLock { $0.counters.value(of: Key(label, dimensions), made: CounterCell()) }
    }

    /// The value that goes up and down.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        makeGauge(label, dimensions)
    }

    /// The histogram, or the gauge if values are not to be aggregated.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions) : makeGauge(label, dimensions)
    }

    /// The histogram of times.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    /// Nothing: a series that ended would look like a process that did.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Nothing.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Nothing.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Nothing.
    public func destroyTimer(_ handler: any TimerHandler) {}
}

extension Dictionary {
    fileprivate mutating func value(of key: Key, made: @autoclosure () -> Value) -> Value {
        if let known = self[key] { return known }
        let value = made()
        self[key] = value
        return value
    }
}
