import Synchronization

/// When events were committed, and when their effects were.
final class Journeys: Sendable {
    /// What a stretch of time was like.
    struct Summary: CustomStringConvertible {
        let rate: Double
        /// Milliseconds from commit to commit.
        let delays: [Double]

        var median: Double { delays.percentile(0.5) }
        var tail: Double { delays.percentile(0.99) }

        var description: String {
            "\(Int(rate)) events/s, p50 \(median) ms, p99 \(tail) ms, longest \(delays.max() ?? .nan) ms"
        }
    }

    private struct State {
        var begun: [ContinuousClock.Instant?]
        var ended: [ContinuousClock.Instant?]
        var used = 0
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(begun: Array(repeating: nil, count: count), ended: Array(repeating: nil, count: count)))
    }

    /// So many numbers that nobody has used yet.
    func next(_ count: Int) -> Range<Int> {
        state.withLock { state in
            defer { state.used += count }
            return state.used..<state.used + count
        }
    }

    func begin(_ numbers: Range<Int>) {
        let now = ContinuousClock.now
        state.withLock { state in for number in numbers { state.begun[number] = now } }
    }

    func end(_ numbers: [Int]) {
        let now = ContinuousClock.now
        state.withLock { state in for number in numbers { state.ended[number] = now } }
    }

    func areOver(_ numbers: Range<Int>) -> Bool {
        state.withLock { state in numbers.allSatisfy { state.ended[$0] != nil } }
    }

    /// An effect that was committed before the recorder heard of its own commit took no time.
    func summary(of numbers: Range<Int>, in time: Duration) -> Summary {
        let delays = state.withLock { state in
            numbers.compactMap { number -> Double? in
                guard let begun = state.begun[number], let ended = state.ended[number] else { return nil }
                return max(0, (begun.duration(to: ended) / .microseconds(1)).rounded() / 1_000)
            }
        }
        return Summary(rate: Double(numbers.count) / (time / .seconds(1)), delays: delays)
    }
}
