import EventDelivery
import EventOutbox
import Events
import Families
import Identifiers
import Logging
import Postgres
import TestSupport

/// The module on a migrated database of its own.
struct Stage: Sendable {
    let database: Database
    let outbox: Outbox
    let module: FamiliesModule

    static func run(_ body: (Stage) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            let outbox = Outbox(database)
            let module = FamiliesModule(database: database, events: outbox.recorder)
            try await body(Stage(database: database, outbox: outbox, module: module))
        }
    }

    /// The same, behind a server.
    static func serving(_ body: @escaping @Sendable (Stage, TestAPI) async throws -> Void) async throws {
        try await run { stage in
            try await TestAPI.serving([stage.module.endpoints]) { call in try await body(stage, call) }
        }
    }

    func announce(_ events: any DomainEvent...) async throws {
        try await database.transaction { tx in
            for event in events { try outbox.recorder.record(event, in: tx) }
        }
    }

    func deliver() async throws {
        _ = try await OutboxDelivery(outbox, listeners: module.listeners, logger: Logger(label: "tests")).drain()
    }

    /// The names of the recorded events without the module's, in order.
    func events() async throws -> [String] {
        try await database.read(
            "SELECT substr(name, 10) AS name FROM events.event WHERE name LIKE 'families.%' ORDER BY seq"
        ).map { try $0["name"] }
    }
}

extension TestAPI {
    /// Adds a kid and returns its path.
    func addKid(_ name: String, to parent: UserID) async throws -> String {
        let answer = try await self("POST", "/v1/kids", as: parent, json: #"{"name": "\#(name)", "ageBand": "6-8"}"#)
        return answer["location"] ?? answer.problem
    }
}
