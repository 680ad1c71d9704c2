import EventDelivery
import EventOutbox
import EventRelay
import Events
import Logging
import Postgres
import RabbitMQ
import StrictJSON
import TestSupport

/// A migrated database with an outbox, and relays that run for as long as a body does.
struct RelayStage {
    let database: Database
    let outbox: Outbox

    static func run(_ body: (RelayStage) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await body(RelayStage(database: database, outbox: Outbox(database)))
        }
    }

    /// Records events in one transaction.
    func record(_ events: any DomainEvent...) async throws { try await record(events) }

    /// Records events in one transaction.
    func record(_ events: [any DomainEvent]) async throws {
        try await database.transaction { tx in
            for event in events { try outbox.recorder.record(event, in: tx) }
        }
    }

    /// Runs a delivery with a relay beside it, as a node does, until the body returns.
    func relaying(
        _ relay: Relay,
        pace: RelayPace = .quick,
        logger: Logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
        _ body: () async throws -> Void
    ) async throws {
        var configuration = OutboxConfiguration()
        configuration.poll = .milliseconds(20)
        let delivery = OutboxDelivery(
            outbox,
            listeners: [relay.listener],
            configuration: configuration,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup { group in
            group.addTask { try await delivery.run() }
            group.addTask {
                try await RelayDelivery(relay, beside: delivery, pace: pace, logger: logger).run()
            }
            try await body()
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
    }

    /// The relay as operators see it.
    func status(of name: String = "relay.tests") async throws -> ListenerStatus? {
        try await OutboxOperations(database, listeners: []).listenerStatus().first { $0.name == name }
    }

    /// Waits until everything is published and nothing is held back.
    func settle() async throws {
        try await eventually {
            let status = try await OutboxOperations(database, listeners: []).status()
            return status.isSettled && status.listeners.allSatisfy { $0.position == status.head }
        }
    }

    /// `key state` of what is held back, in order.
    func deviations() async throws -> [String] {
        try await database.read("SELECT key || ' ' || state AS row FROM events.deviation ORDER BY position")
            .map { try $0["row"] }
    }
}

extension RelayPace {
    static var quick: RelayPace {
        var pace = RelayPace()
        pace.backstop = .milliseconds(50)
        pace.firstPause = .milliseconds(20)
        pace.longestPause = .milliseconds(200)
        return pace
    }
}

extension Relay {
    /// A relay from the beginning of the log to an exchange of a broker.
    static func test(
        _ broker: PrivateBroker,
        _ exchange: String,
        of events: [EventName]? = nil,
        lanes: Int = 1,
        url: String? = nil
    ) throws -> Relay {
        var configuration = try RabbitMQConfiguration(url: url ?? broker.url)
        configuration.connectTimeout = .seconds(3)
        return Relay(
            "relay.tests",
            of: events,
            to: try RabbitMQExchange(exchange),
            at: configuration,
            lanes: lanes,
            retry: .exponential(attempts: .max, from: .milliseconds(50), upTo: .milliseconds(200)),
            from: .beginning
        )
    }
}

extension [Subscriber.Message] {
    /// The first of each id: what a receiver makes of a delivery at least once.
    var withoutRepeats: [Subscriber.Message] {
        var seen: Set<String> = []
        return filter { seen.insert($0.id ?? "").inserted }
    }
}

extension Subscriber.Message {
    /// The `number` of the event.
    var number: Int? { (try? JSON(parsing: Array(body.utf8)))?["number"]?.integer }
    /// The event's key.
    var key: String { headers["cloudEvents_subject"] ?? "" }
}
