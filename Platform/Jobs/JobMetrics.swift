import Instruments
import Metrics

/// How long attempts at jobs take, by kind and outcome.
final class JobMetrics: Sendable {
    private struct Labels: Hashable {
        let kind: String
        let outcome: String
    }

    private let durations = Instruments<Labels, Timer> {
        Timer(label: "storytime.job.duration", dimensions: [("kind", $0.kind), ("outcome", $0.outcome)])
    }

    /// Notes an attempt that was made.
    func record(_ duration: Duration, _ kind: String, _ outcome: JobOutcome) {
        durations[Labels(kind: kind, outcome: outcome.name)].record(duration: duration)
    }
}
