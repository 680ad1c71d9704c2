import Cache
import EventTesting
import Families
import Identifiers
import Postgres
import TestSupport

extension Scenario<FamiliesModule> {
    static func run(_ body: (Scenario) async throws -> Void) async throws {
        try await run(
            { parts in
                // Whatever is tested goes through it, so a value that is not void when it should be shows.
                let cache = Cache(redis: nil, logger: parts.logger)
                return FamiliesModule(database: parts.database, events: parts.events, cache: cache)
            },
            body
        )
    }

    /// The same, behind a server.
    static func serving(_ body: @escaping @Sendable (Scenario, TestAPI) async throws -> Void) async throws {
        try await run { scenario in
            try await TestAPI.serving([scenario.module.endpoints]) { call in try await body(scenario, call) }
        }
    }

    /// The names of the recorded events without the module's, in order.
    func events() async throws -> [String] {
        try await rows("SELECT substr(name, 10) FROM events.event WHERE name LIKE 'families.%' ORDER BY seq")
    }
}

extension TestAPI {
    /// Adds a kid and returns its path.
    func addKid(_ name: String, to parent: UserID) async throws -> String {
        let answer = try await self("POST", "/v1/kids", as: parent, json: #"{"name": "\#(name)", "ageBand": "6-8"}"#)
        return answer["location"] ?? answer.problem
    }
}
