public import EventDelivery
import EventOutbox
public import Events
public import Jobs
public import Logging
public import ModuleInterface
public import Postgres
import TestSupport

/// A module on a migrated database of its own, tested as a story: given these events, when this happens, then that
/// comes of it.
///
/// Nothing runs by itself: `given`, `when` and `drain` deliver everything there is before they return, in one order.
public struct Scenario<Module: FeatureModule>: Sendable {
    /// The module under test.
    public let module: Module
    /// What it was made of.
    public let parts: ScenarioParts
    let delivery: OutboxDelivery
    let worker: JobWorker

    /// Makes a module and lends it for the time of one closure. Its listeners are known before the first event.
    public static func run<Result>(
        _ make: (ScenarioParts) throws -> Module,
        _ body: (Scenario) async throws -> Result
    ) async throws -> Result {
        try await withMigratedDatabase { database in
            let outbox = Outbox(database)
            let parts = ScenarioParts(database: database, events: outbox.recorder)
            let scenario = Scenario(try make(parts), parts, outbox)
            try await scenario.drain()
            return try await body(scenario)
        }
    }

    private init(_ module: Module, _ parts: ScenarioParts, _ outbox: Outbox) {
        self.module = module
        self.parts = parts
        delivery = OutboxDelivery(outbox, listeners: module.listeners, logger: parts.logger)
        worker = JobWorker(queue: parts.jobs, database: parts.database, handlers: module.jobs, logger: parts.logger)
    }

    /// The database, to look into or to act on.
    public var database: Database { parts.database }
    /// The clock of whatever was given it.
    public var clock: ManualClock { parts.clock }

    /// What has happened before: records events in one transaction and delivers them.
    public func given(_ events: any DomainEvent...) async throws {
        try await record(events)
        try await drain()
    }

    /// Lets events happen and tells what came of them; they are not among it themselves.
    @discardableResult
    public func when(_ events: any DomainEvent...) async throws -> Effects { try await when(events) }

    /// The same for a list.
    @discardableResult
    public func when(_ events: [any DomainEvent]) async throws -> Effects {
        let before = try await Baseline.read(database)
        try await record(events)
        return try await effects(since: before.adding(events.count))
    }

    /// Does something, such as a call of the module, and tells what came of it.
    @discardableResult
    public func when(_ action: () async throws -> Void) async throws -> Effects {
        let before = try await Baseline.read(database)
        try await action()
        return try await effects(since: before)
    }

    /// Delivers every event there is, and those that come of it, to the module's listeners. Throws what a listener
    /// could not handle, unless that is what the test is about.
    public func drain(expectingFailures: Bool = false) async throws {
        _ = try await delivery.drain()
        let failures = expectingFailures ? [] : try await failures()
        if !failures.isEmpty { throw ListenersFailed(failures: failures) }
    }

    private func effects(since before: Baseline) async throws -> Effects {
        try await drain()
        return try await Effects.read(from: database, since: before)
    }

    private func record(_ events: [any DomainEvent]) async throws {
        try await database.transaction { tx in
            for event in events { try parts.events.record(event, in: tx) }
        }
    }
}

/// What a module under test is made of.
public struct ScenarioParts: Sendable {
    /// A migrated database of the test's own.
    public let database: Database
    /// Publishes events.
    public let events: EventRecorder
    /// Takes jobs; they run when the test says so.
    public let jobs = JobQueue()
    /// Stands still until it is told otherwise.
    public let clock = ManualClock()
    /// Says nothing.
    public let logger = Logger(label: "scenario") { _ in SwiftLogNoOpLogHandler() }
}
