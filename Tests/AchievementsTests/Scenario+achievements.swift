import EventTesting
import Identifiers
import Postgres

@testable import Achievements

extension Scenario<AchievementsModule> {
    static func run(_ body: @Sendable (Scenario) async throws -> Void) async throws {
        try await run(
            { parts in
                AchievementsModule(
                    database: parts.database,
                    events: parts.events,
                    kids: KidOwnership { [database = parts.database] kid, parent in
                        try await database.read(
                            "SELECT FROM achievements.kid WHERE kid = \(kid) AND parent = \(parent)"
                        ).count == 1
                    },
                    clock: parts.clock.read
                )
            },
            body
        )
    }

    func achievements(of kid: KidID) async throws -> KidAchievements {
        try await AchievementsRepository(database: database).achievements(of: kid, at: clock.now)
    }
}
