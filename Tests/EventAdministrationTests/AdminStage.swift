import EventDelivery
import EventOutbox
import Events
import Foundation
import Identifiers
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Web

@testable import EventAdministration

/// An outbox with one listener, and its administration behind a real server.
struct AdminStage: Sendable {
    let database: Database
    let outbox: Outbox
    let operations: OutboxOperations
    let api: TestAPI
    let admin: UserID

    struct Told: DomainEvent {
        static let name: EventName = "tests.told"
        let subject: String
        var key: OrderingKey { OrderingKey("subject", subject) }
    }

    /// Counts every event once more each time it comes.
    static let listener = Listener.transactional("tests.count", from: .beginning) {
        Reaction.on(Told.self) { _, tx in try await tx.execute("UPDATE counted SET number = number + 1") }
    }

    static func run(_ body: @escaping @Sendable (AdminStage) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await database.transaction { tx in
                try await tx.execute("CREATE TABLE counted (number bigint)")
                try await tx.execute("INSERT INTO counted VALUES (0)")
            }
            let outbox = Outbox(database)
            let operations = OutboxOperations(database, listeners: [listener])
            let routes = OutboxRoutes(operations, catalog: EventCatalog([Told.self]), listeners: [listener])
            let admin = UserID.new()
            try await TestAPI.serving([routes.group], administrators: [admin]) { api in
                let stage = AdminStage(
                    database: database,
                    outbox: outbox,
                    operations: operations,
                    api: api,
                    admin: admin
                )
                try await body(stage)
            }
        }
    }

    /// Records events and delivers them.
    func publish(_ count: Int) async throws {
        for number in 1...count {
            try await database.transaction { tx in try outbox.recorder.record(Told(subject: "\(number)"), in: tx) }
        }
        let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        _ = try await OutboxDelivery(outbox, listeners: [Self.listener], logger: quiet).drain()
    }

    func post(_ path: String, _ json: String) async throws -> TestAnswer {
        try await api("POST", "/v1/admin/outbox\(path)", as: admin, json: json)
    }

    func count() async throws -> Int { try await database.read("SELECT number FROM counted")[0]["number"] }

    /// Lets a node drive replays meanwhile.
    func drive(_ body: () async throws -> Void) async throws {
        let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let runner = ReplayRunner(operations, every: .milliseconds(5), logger: quiet)
        try await withThrowingTaskGroup { group in
            group.addTask { try await runner.run() }
            try await body()
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
    }
}
