import CoreMetrics
import Synchronization

/// Holds ended spans until they are exported. It never makes anybody wait: what does not fit is dropped and counted.
public final class SpanQueue: Sendable {
    private let spans = Mutex<[FinishedSpan]>([])
    private let capacity: Int
    /// After how many the exporter is woken before its time.
    let batch: Int
    let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation
    private let dropped = Counter(label: "telemetry.spans", dimensions: [("outcome", "dropped")])

    /// A queue for so many spans.
    public init(capacity: Int = 8_192, batch: Int = 512) {
        self.capacity = capacity
        self.batch = batch
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ span: FinishedSpan) {
        let count = spans.withLock { spans -> Int? in
            guard spans.count < capacity else { return nil }
            spans.append(span)
            return spans.count
        }
        guard let count else { return dropped.increment() }
        if count == batch { wake() }
    }

    /// Takes the oldest, a batch at most.
    func take() -> [FinishedSpan] {
        spans.withLock { spans in
            let taken = Array(spans.prefix(batch))
            spans.removeFirst(taken.count)
            return taken
        }
    }

    func wake() { waker.yield() }

    /// Ends `wakes`.
    func close() { waker.finish() }
}
