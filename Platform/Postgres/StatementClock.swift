import Logging
import Metrics

/// Measures statements and logs the slow ones by name: never a parameter.
struct StatementClock: Sendable {
    let logger: Logger
    let threshold: Duration
    private let timer: Metrics.Timer

    init(lane: String, threshold: Duration, logger: Logger) {
        self.logger = logger
        self.threshold = threshold
        timer = Timer(
            label: "db.client.operation.duration",
            dimensions: [("db.system.name", "postgresql"), ("lane", lane)]
        )
    }

    func measure<Result>(
        name: StaticString,
        statement: Statement,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        let start = ContinuousClock.now
        defer {
            let elapsed = start.duration(to: .now)
            let (seconds, attoseconds) = elapsed.components
            timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
            if elapsed > threshold { report(name, statement, elapsed) }
        }
        return try await body()
    }

    private func report(_ name: StaticString, _ statement: Statement, _ elapsed: Duration) {
        logger.warning(
            "slow statement",
            metadata: [
                "db.query.summary": "\(name)",
                "db.query.text": "\(statement.sql)",
                "duration_ms": .stringConvertible(Int(elapsed.milliseconds)),
            ]
        )
    }
}
