import Diagnosis
import EventOutbox
import Jobs
import Logging
import Migrations
import Postgres

extension Examination {
    /// The server; then, as far as it answers, what Storytime keeps in it.
    func postgres(_ configuration: Configuration) async -> [Finding] {
        let server = await PostgresDiagnosis(configuration.database).findings()
        guard server.first?.severity == .ok else {
            let reason = "Postgres has to answer first"
            return server + ["migrations", "outbox", "jobs"].map { .skipped($0, reason) }
        }
        let migrations = await Self.migrations(configuration)
        guard migrations.severity == .ok else {
            return server + [migrations]
                + ["outbox", "jobs"].map { .skipped($0, "the database has to be migrated first") }
        }
        return server + [migrations] + (await Self.events(configuration))
    }

    private static func migrations(_ configuration: Configuration) async -> Finding {
        let check = "migrations"
        do {
            let history = try await Migrator(configuration.database, logger: silent).status()
            if let conflict = history.conflicts.first {
                return .error(
                    check,
                    conflict,
                    fix: "deploy the program that fits the database; see `storytime migrate status`"
                )
            }
            guard history.pending.isEmpty else {
                let names = history.pending.map(\.name).joined(separator: ", ")
                return .error(check, "the database lacks \(names)", fix: "run `storytime migrate up`")
            }
            return .ok(check, "\(history.applied.count) applied, none pending")
        } catch {
            return .error(check, "cannot be read: \(error)", fix: "let the role read the schema storytime")
        }
    }

    private static func events(_ configuration: Configuration) async -> [Finding] {
        do {
            let composition = try Composition(configuration, logger: silent, role: "doctor")
            let findings: [Finding]
            do {
                let outbox = try await composition.operations.status(retention: configuration.outbox.retention)
                let jobs = try await JobNumbers(of: composition.database)
                findings = outbox.findings(configuration.health) + [jobs.finding(configuration.health)]
            } catch {
                findings = [.error("outbox", "cannot be read: \(error)", fix: "see `storytime outbox status`")]
            }
            await composition.database.close()
            return findings
        } catch {
            return [.error("outbox", "\(error)", fix: "see `storytime outbox status`")]
        }
    }

    /// What is wrong is a finding; it need not be in the log as well.
    static let silent = Logger(label: "storytime") { _ in SwiftLogNoOpLogHandler() }
}

extension OutboxStatus {
    fileprivate func findings(_ limits: HealthLimits) -> [Finding] {
        var findings: [Finding] = []
        if let stopped {
            findings.append(.error("outbox", stopped, fix: "read on in `storytime outbox restamp --help`"))
        }
        if nodes.isEmpty {
            findings.append(
                .warning("outbox.nodes", "no process delivers events", fix: "start `storytime serve` or `work`")
            )
        }
        for listener in listeners {
            let check = "outbox.\(listener.name)"
            if !listener.isKnown, listener.waiting > 0 {
                findings.append(
                    .warning(check, "this program does not have the listener", fix: "deploy the program that has it")
                )
            }
            if listener.dead > 0 {
                let fix = "`storytime outbox dead list` says why and what to do"
                findings.append(.warning(check, "\(listener.dead) events are dead", fix: fix))
            }
            if let who = listener.pausedBy {
                findings.append(.warning(check, "paused by \(who)", fix: "`storytime outbox resume \(listener.name)`"))
            }
            if let failure = listener.failure {
                findings.append(
                    .error(check, "stands still: \(failure)", fix: "mend what it says; it goes on by itself")
                )
            }
            if listener.waiting > limits.waiting || !listener.isCounted {
                let fix = "`storytime outbox status --watch` shows whether it catches up"
                findings.append(.warning(check, "more than \(listener.waiting) events wait", fix: fix))
            }
        }
        return findings.isEmpty ? [.ok("outbox", "\(head) events, nothing held back")] : findings
    }
}

extension JobNumbers {
    fileprivate func finding(_ limits: HealthLimits) -> Finding {
        let message = "\(ready) wait, \(running) run, \(failed) have failed for good"
        if failed > limits.failed {
            return .warning(
                "jobs",
                message,
                fix: "look at jobs.job where state = 'failed', mend the cause and enqueue them again"
            )
        }
        return ready > limits.waiting
            ? .warning("jobs", message, fix: "start another `storytime work`, or raise STORYTIME_JOB_CONCURRENCY")
            : .ok("jobs", message)
    }
}
