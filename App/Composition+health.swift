import EventDelivery
import EventOutbox
import EventRelay
import FoundationEssentials
import Jobs
import Machine
import Mail
import ModuleInterface
import Postgres
import Web

extension Composition {
    /// Everything that `/health` knows, page by page.
    var healthChecks: [HealthCheck] {
        [databaseCheck, poolCheck] + replicaChecks + redisChecks
            + [mailCheck, jobCheck, outboxCheck, archiveCheck, brokerCheck, memoryCheck, diskCheck, fileCheck]
            + features.all.flatMap(\.healthChecks)
    }

    // MARK: db

    private var databaseCheck: HealthCheck {
        HealthCheck("postgres:responseTime", of: "db", required: true) { [database] in
            let start = ContinuousClock.now
            _ = try await database.read("SELECT 1 AS one")
            return .pass.reporting(["microseconds": Int(start.duration(to: .now) / .microseconds(1))])
        }
    }

    private var poolCheck: HealthCheck {
        HealthCheck("postgres:connections", of: "db") { [database] in
            let pool = await database.poolNumbers
            let status: HealthStatus = pool.waiting > 5 ? .warn("More than five wait for a connection") : .pass
            return status.reporting([
                "used": pool.used, "idle": pool.idle, "opening": pool.opening, "waiting": pool.waiting,
                "maximum": pool.maximum,
            ])
        }
    }

    /// A replica that is not read from degrades; the primary does its work.
    private var replicaChecks: [HealthCheck] {
        guard configuration.replica != nil else { return [] }
        return [
            HealthCheck("postgres:replica", of: "db") { [database] in
                switch database.replicaStatus {
                case .following, nil: .pass
                case .lagging: .warn("It is further behind than allowed; the primary answers in its place")
                case .away: .warn("It does not answer; the primary answers in its place")
                case .unfit: .warn("It is no standby of this database; the primary answers in its place")
                }
            }
        ]
    }

    // MARK: smtp

    /// Visits the mail server, which has its own ideas about who may come how often.
    private var mailCheck: HealthCheck {
        HealthCheck("smtp:login", of: "smtp", probed: false, freshFor: .seconds(15)) { [mailer, configuration] in
            try await mailer.check()
            guard case .directory = configuration.mail else { return .pass }
            return .notConfigured
        }
    }

    // MARK: queues

    private var jobCheck: HealthCheck {
        HealthCheck("jobs:waiting", of: "queues", probed: false, freshFor: .seconds(5)) { [database, limits] in
            let jobs = try await JobNumbers(of: database)
            let status: HealthStatus =
                jobs.failed > limits.failed
                ? .warn("More jobs have failed for good than allowed")
                : jobs.ready > limits.waiting ? .warn("More jobs wait than allowed") : .pass
            return status.reporting([
                "waiting": jobs.ready, "running": jobs.running, "failed": jobs.failed,
                "oldestDueSeconds": Int(jobs.oldestDueSeconds),
            ])
        }
    }

    private var outboxCheck: HealthCheck {
        HealthCheck("outbox:events", of: "queues", probed: false, freshFor: .seconds(5)) { [operations, limits] in
            let outbox = try await operations.status()
            return outbox.health(limits).reporting([
                "unplaced": outbox.unplaced, "behind": outbox.listeners.map(\.behind).max() ?? 0,
                "waiting": outbox.listeners.map(\.waiting).max() ?? 0,
                "retrying": outbox.listeners.map(\.retrying).reduce(0, +),
                "dead": outbox.listeners.map(\.dead).reduce(0, +),
            ])
        }
    }

    // MARK: storage

    /// Events that cannot be archived stay, so this degrades long before anything is lost.
    private var archiveCheck: HealthCheck {
        HealthCheck("storage:archive", probed: false, freshFor: .seconds(5)) { [configuration] in
            guard let folder = configuration.outbox.retention.archive else { return .notConfigured }
            return Self.canBeWritten(folder)
                ? .pass : .warn("The archive cannot be written to; events are kept instead")
        }
    }

    /// A folder that is not there is made when the first archive is written.
    private static func canBeWritten(_ folder: String) -> Bool {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            let parent = folder.lastIndex(of: "/").map { folder[..<$0] } ?? "."
            return canBeWritten(parent.isEmpty ? "/" : String(parent))
        }
        return isFolder && FileManager.default.isWritableFile(atPath: folder)
    }

    // MARK: external

    /// The relay tries for itself; what it has met last is asked for, not the broker.
    private var brokerCheck: HealthCheck {
        HealthCheck("external:broker", probed: false, freshFor: .seconds(5)) { [operations, configuration] in
            guard let relay = configuration.relay?.listener.name else { return .notConfigured }
            guard let status = try await operations.status().listeners.first(where: { $0.name == relay }) else {
                return .warn("No process has published events yet")
            }
            let standing: HealthStatus = status.failure == nil ? .pass : .warn("Events are not published for now")
            return standing.reporting(["waiting": status.waiting])
        }
    }

    // MARK: system

    private var memoryCheck: HealthCheck {
        HealthCheck("system:memory", of: "system") { [limits] in
            guard let resident = Machine.residentBytes else { return .pass }
            let status: HealthStatus =
                resident > limits.memory << 20 ? .warn("The process takes more memory than it should") : .pass
            return status.reporting(["residentBytes": resident])
                .reporting(Machine.memoryLimit.map { ["limitBytes": $0] } ?? [:])
        }
    }

    private var diskCheck: HealthCheck {
        HealthCheck("system:disk", of: "system", freshFor: .seconds(5)) { [limits, configuration] in
            let places = [".", configuration.outbox.retention.archive].compactMap { $0 }
            guard let disk = places.compactMap(DiskSpace.init(at:)).min(by: { $0.freePercent < $1.freePercent }) else {
                return .warn("The disk cannot be asked")
            }
            let status: HealthStatus = disk.freePercent < limits.disk ? .warn("The disk is almost full") : .pass
            return status.reporting(["freeBytes": disk.free, "totalBytes": disk.total])
        }
    }

    private var fileCheck: HealthCheck {
        HealthCheck("system:files", of: "system") {
            guard let open = Machine.openFiles, let limit = Machine.openFileLimit else { return .pass }
            let status: HealthStatus = open > limit / 10 * 9 ? .warn("Almost all files are open that may be") : .pass
            return status.reporting(["open": open, "limit": limit])
        }
    }

    private var limits: HealthLimits { configuration.health }
}

extension OutboxStatus {
    fileprivate func health(_ limits: HealthLimits) -> HealthStatus {
        if stopped != nil { return .fail("No event is being placed") }
        if listeners.contains(where: { $0.failure != nil }) { return .warn("A relay stands still") }
        if listeners.map(\.dead).reduce(0, +) > limits.failed { return .warn("More events are dead than allowed") }
        if listeners.contains(where: { $0.waiting > limits.waiting || !$0.isCounted }) {
            return .warn("A listener is further behind than allowed")
        }
        return .pass
    }
}
