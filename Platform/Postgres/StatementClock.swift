import Logging
import Metrics
import Origin
import ServiceContextModule
import Synchronization
import Tracing

/// Measures statements, makes them spans of the trace that they belong to, and logs the slow ones by name: never a
/// parameter.
struct StatementClock: Sendable {
    let logger: Logger
    let threshold: Duration
    private let timers: StatementTimers

    init(lane: String, threshold: Duration, logger: Logger) {
        self.logger = logger
        self.threshold = threshold
        timers = StatementTimers(lane: lane)
    }

    func measure<Result>(
        name: StaticString,
        statement: Statement,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let start = ContinuousClock.now
        defer {
            let elapsed = start.duration(to: .now)
            timers[name].record(duration: elapsed)
            if elapsed > threshold { report(name, statement, elapsed) }
        }
        guard ServiceContext.isTraced else { return try await body() }
        return try await trace(name, statement, body)
    }

    private func trace<Result>(
        _ name: StaticString,
        _ statement: Statement,
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await withSpan("\(name)", ofKind: .client) { span in
            span.updateAttributes { attributes in
                attributes["db.system.name"] = "postgresql"
                attributes["db.query.summary"] = "\(name)"
                attributes["db.query.text"] = statement.sql
            }
            do {
                return try await body()
            } catch let error as DatabaseError {
                span.attributes["db.response.status_code"] = error.sqlState
                throw error
            }
        }
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

/// The timers of a lane by the names of statements.
private final class StatementTimers: Sendable {
    private let lane: String
    private let known = Mutex<[UInt: Timer]>([:])

    init(lane: String) { self.lane = lane }

    /// Found by the address of the name, which is the program's text: that costs less than to compare names.
    subscript(name: StaticString) -> Timer {
        let address = name.hasPointerRepresentation ? UInt(bitPattern: unsafe name.utf8Start) : 0
        return known.withLock { known in
            if let timer = known[address] { return timer }
            let timer = Timer(
                label: "db.client.operation.duration",
                dimensions: [
                    ("db.system.name", "postgresql"), ("db.query.summary", "\(name)"), ("lane", lane),
                ]
            )
            known[address] = timer
            return timer
        }
    }
}
