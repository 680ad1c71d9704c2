import EventDelivery
import Logging
import Postgres
import TestSupport

@testable import EventOutbox

/// A process' half of the cluster: connections, an outbox and a delivery of its own, on a shared database.
struct Node: Sendable {
    let database: Database
    let outbox: Outbox
    let delivery: OutboxDelivery

    /// Lends nodes that deliver to the same listeners until the body returns.
    static func run(
        _ count: Int,
        on stage: Stage,
        listeners: (Outbox) -> [Listener],
        _ body: ([Node]) async throws -> Void
    ) async throws {
        let nodes = try (0..<count).map { _ in try Node(on: stage, listeners: listeners) }
        try await withThrowingTaskGroup { group in
            for node in nodes { group.addTask { try await node.delivery.run() } }
            try await body(nodes)
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
        for node in nodes { await node.database.close() }
    }

    private init(on stage: Stage, listeners: (Outbox) -> [Listener]) throws {
        var configuration = stage.database.configuration
        configuration.applicationName = "storytime-node"
        configuration.idleInTransactionTimeout = .seconds(60)
        let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        database = Database(configuration, on: try TestDatabase.loop, logger: quiet)
        outbox = Outbox(database)
        var pace = OutboxConfiguration()
        pace.poll = .milliseconds(20)
        pace.backstop = .milliseconds(20)
        pace.pause = .milliseconds(5)
        pace.batch = 20
        delivery = OutboxDelivery(outbox, listeners: listeners(outbox), configuration: pace, logger: quiet)
    }
}
