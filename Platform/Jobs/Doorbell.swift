import Synchronization

/// Tells the workers of this process that there may be something to do.
///
/// Rings that nobody has answered yet are one ring, so ringing is cheap and never blocks.
final class Doorbell: Sendable {
    private let listeners = Mutex<[Int: AsyncStream<Void>.Continuation]>([:])
    private let numbers = Atomic<Int>(0)

    /// Rings at every listener's.
    func ring() {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield() }
    }

    /// The rings from now on, until the listener goes away.
    func rings() -> Rings {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = numbers.add(1, ordering: .relaxed).newValue
        continuation.onTermination = { [weak self] _ in
            _ = self?.listeners.withLock { $0.removeValue(forKey: number) }
        }
        listeners.withLock { $0[number] = continuation }
        return Rings(stream: stream, continuation: continuation)
    }

    /// One listener's rings.
    struct Rings: Sendable {
        let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init(stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation) {
            self.stream = stream
            self.continuation = continuation
        }

        /// Rings here only.
        func ring() { continuation.yield() }

        /// No more rings; the one that is waiting is still heard.
        func end() { continuation.finish() }
    }
}
