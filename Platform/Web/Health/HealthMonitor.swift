import Logging

/// Runs the checks, each at most once in the time that its answer is good for, however many ask.
actor HealthMonitor {
    nonisolated let checks: [HealthCheck]
    nonisolated let lifecycle: Lifecycle
    nonisolated let authenticator: Authenticator
    private let deadlines: Deadlines
    private let logger: Logger
    private var latest: [Int: (started: ContinuousClock.Instant, status: Task<HealthStatus, Never>)] = [:]

    init(
        _ checks: [HealthCheck],
        authenticator: Authenticator,
        lifecycle: Lifecycle,
        deadlines: Deadlines,
        logger: Logger
    ) {
        self.checks = checks
        self.authenticator = authenticator
        self.lifecycle = lifecycle
        self.deadlines = deadlines
        self.logger = logger
    }

    /// The state of the checks that are wanted.
    func report(isOverall: Bool = true, of isWanted: (HealthCheck) -> Bool) async -> HealthReport {
        let asked = checks.indices.filter { isWanted(checks[$0]) }.map { (checks[$0], ask($0)) }
        var report = HealthReport(isOverall: isOverall)
        for (check, status) in asked { report.results.append((check, await status.value)) }
        return report
    }

    private func ask(_ index: Int) -> Task<HealthStatus, Never> {
        let now = ContinuousClock.now
        if let latest = latest[index], now < latest.started + checks[index].freshness { return latest.status }
        // A task of its own, so that whoever asks meanwhile shares it and a caller who leaves does not end it.
        let status = Task { [check = checks[index], deadlines, logger] in
            await Self.status(of: check, deadlines, logger)
        }
        latest[index] = (now, status)
        return status
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
