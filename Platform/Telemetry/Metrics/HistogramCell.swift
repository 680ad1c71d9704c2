import CoreMetrics
import Synchronization

/// Counts values by size. Recording one is two atomic additions, whoever else records.
final class HistogramCell: RecorderHandler, TimerHandler, Sendable {
    /// As many as any histogram of ours has, the one without an end included.
    private static let capacity = 16

    private let counts = InlineArray<16, Atomic<Int>> { _ in Atomic(0) }
    private let sum = Atomic<Int>(0)
    /// Where the buckets end, in steps.
    private let bounds: [Int]
    /// How many steps make one: values are added up as whole numbers.
    private let scale: Double

    init(_ description: MetricDescription) {
        precondition(description.buckets.count < Self.capacity, "a histogram has at most 15 buckets with an end")
        scale = description.unit == .seconds ? 1e9 : 1
        bounds = description.buckets.map { [scale] bound in Int((bound * scale).rounded()) }
    }

    func recordNanoseconds(_ duration: Int64) { add(Int(duration)) }
    func record(_ value: Int64) { record(Double(value)) }

    /// A value beyond every whole number, or none at all, is left out.
    func record(_ value: Double) {
        if let steps = Int(exactly: (value * scale).rounded()) { add(steps) }
    }

    private func add(_ steps: Int) {
        var index = 0
        while index < bounds.count, bounds[index] < steps { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(steps, ordering: .relaxed)
    }

    /// The buckets, each with those below it, their sum and their count.
    func samples(_ labels: [MetricFamily.Label]) -> [MetricFamily.Sample] {
        var total = 0
        var samples = (0...bounds.count).map { index in
            total += counts[index].load(ordering: .relaxed)
            let end = index < bounds.count ? Double(bounds[index]) / scale : .infinity
            let bucket = labels + [MetricFamily.Label(name: "le", value: end.prometheusText)]
            return MetricFamily.Sample(suffix: "_bucket", labels: bucket, value: Double(total))
        }
        let sum = Double(sum.load(ordering: .relaxed)) / scale
        samples.append(MetricFamily.Sample(suffix: "_sum", labels: labels, value: sum))
        samples.append(MetricFamily.Sample(suffix: "_count", labels: labels, value: Double(total)))
        return samples
    }
}
