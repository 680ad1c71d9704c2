import EventDelivery
import EventOutbox
import Postgres

/// Events that are recorded at a steady pace, whatever becomes of them.
struct PacedLoad {
    /// Events a second.
    let pace: Int
    /// Events of one transaction.
    var together = 1
    let callers: Int

    /// Records for a while, waits until all effects are committed, and returns how long that took each.
    ///
    /// Each caller has its share of the moments; one that is late does not wait.
    func run(_ benchmark: OutboxBenchmark, _ journeys: Journeys, seconds: Int) async throws -> Journeys.Summary {
        let numbers = journeys.next(pace * seconds)
        let start = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for caller in 0..<callers {
                group.addTask {
                    let first = numbers.lowerBound + caller * together
                    for number in stride(from: first, to: numbers.upperBound, by: callers * together) {
                        let due = start + .seconds(1) * (number - numbers.lowerBound) / pace
                        if due > .now { try await Task.sleep(until: due) }
                        try await record(number..<min(number + together, numbers.upperBound), benchmark, journeys)
                    }
                }
            }
        }
        let elapsed = start.duration(to: .now)
        while !journeys.areOver(numbers) { try await Task.sleep(for: .milliseconds(5)) }
        return journeys.summary(of: numbers, in: elapsed)
    }

    private func record(_ numbers: Range<Int>, _ benchmark: OutboxBenchmark, _ journeys: Journeys) async throws {
        try await benchmark.database.transaction { tx in
            tx.scope.afterCommit { journeys.begin(numbers) }
            for number in numbers {
                try benchmark.outbox.recorder.record(
                    OutboxBenchmark.Counted(kid: number % 5_000, number: number),
                    in: tx
                )
            }
        }
    }
}
