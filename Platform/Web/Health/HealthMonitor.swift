import Logging

/// Runs the checks, at most once a second however many ask.
actor HealthMonitor {
    struct Report: Sendable {
        var results: [(check: HealthCheck, status: HealthStatus)] = []

        /// A failed check that is not required only degrades.
        var level: HealthStatus.Level {
            if results.contains(where: { $0.status.level == .fail && $0.check.isRequired }) { return .fail }
            return results.allSatisfy { $0.status.level == .pass } ? .pass : .warn
        }
    }

    private let checks: [HealthCheck]
    private let deadlines: Deadlines
    private let logger: Logger
    nonisolated let lifecycle: Lifecycle
    private var latest: (started: ContinuousClock.Instant, report: Task<Report, Never>)?

    init(_ checks: [HealthCheck], lifecycle: Lifecycle, deadlines: Deadlines, logger: Logger) {
        self.checks = checks
        self.lifecycle = lifecycle
        self.deadlines = deadlines
        self.logger = logger
    }

    /// The state of every check, not older than a second.
    func report() async -> Report {
        let now = ContinuousClock.now
        if let latest, now < latest.started + .seconds(1) { return await latest.report.value }
        // A task of its own, so that whoever asks meanwhile shares it and a caller who leaves does not end it.
        let report = Task { [checks, deadlines, logger] in await Self.run(checks, deadlines, logger) }
        latest = (now, report)
        return await report.value
    }

    private static func run(_ checks: [HealthCheck], _ deadlines: Deadlines, _ logger: Logger) async -> Report {
        await withTaskGroup(of: (Int, HealthStatus).self) { tasks in
            for (index, check) in checks.enumerated() {
                tasks.addTask { (index, await status(of: check, deadlines, logger)) }
            }
            var statuses = [HealthStatus](repeating: .pass, count: checks.count)
            for await (index, status) in tasks { statuses[index] = status }
            return Report(results: Array(zip(checks, statuses)))
        }
    }

    private static func status(of check: HealthCheck, _ deadlines: Deadlines, _ logger: Logger) async -> HealthStatus {
        let status = await deadlines.value(by: .now + .seconds(1)) { () -> HealthStatus in
            do {
                return try await check.check()
            } catch {
                logger.warning("Health check failed", metadata: ["check": "\(check.name)", "error": "\(error)"])
                return .fail("The check failed")
            }
        }
        return status ?? .fail("No answer within a second")
    }
}
