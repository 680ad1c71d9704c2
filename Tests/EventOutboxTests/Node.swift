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
    private let running: Task<Void, any Error>

    /// Lends nodes that deliver to the same listeners until the body returns.
    static func run(
        _ count: Int,
        on stage: Stage,
        pace: (inout OutboxConfiguration) -> Void = hasty,
        listeners: (Outbox) -> [Listener],
        _ body: ([Node]) async throws -> Void
    ) async throws {
        let nodes = try (0..<count).map { _ in try start(on: stage, pace: pace, listeners: listeners) }
        do {
            try await body(nodes)
        } catch {
            for node in nodes { await node.stop() }
            throw error
        }
        for node in nodes { await node.stop() }
    }

    /// Starts a node; stop it before the database goes.
    static func start(
        on stage: Stage,
        roles: Set<NodeIdentity.Role> = [.delivery],
        pace: (inout OutboxConfiguration) -> Void = hasty,
        listeners: (Outbox) -> [Listener]
    ) throws -> Node {
        var configuration = stage.database.configuration
        configuration.applicationName = "storytime-node"
        configuration.idleInTransactionTimeout = .seconds(60)
        configuration.acquireTimeout = .seconds(20)
        let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(configuration, on: try TestDatabase.loop, logger: quiet)
        let outbox = Outbox(database)
        var settings = OutboxConfiguration()
        settings.batch = 20
        pace(&settings)
        let delivery = OutboxDelivery(
            outbox,
            listeners: listeners(outbox),
            configuration: settings,
            node: NodeIdentity(roles: roles),
            logger: quiet
        )
        let running = Task { try await delivery.run() }
        return Node(database: database, outbox: outbox, delivery: delivery, running: running)
    }

    /// Looks for itself all the time, so that nothing has to be heard.
    static func hasty(_ pace: inout OutboxConfiguration) {
        pace.poll = .milliseconds(20)
        pace.backstop = .milliseconds(20)
        pace.pause = .milliseconds(5)
    }

    /// Never looks for itself: what it is not told of, it does not know.
    static func trusting(_ pace: inout OutboxConfiguration) {
        pace.poll = .seconds(3_600)
        pace.backstop = .seconds(3_600)
        pace.pause = .milliseconds(5)
    }

    /// Whose turn it is to sequence, as far as this node knows.
    var leads: Bool { delivery.lease?.fence != nil }

    func record(_ ping: Ping) async throws {
        try await database.transaction { tx in try outbox.recorder.record(ping, in: tx) }
    }

    /// Stops in an orderly way.
    func stop() async {
        running.cancel()
        _ = await running.result
        await database.close()
    }
}
