import FoundationEssentials
import HTTPTypes
import Identifiers
import Web

/// Achievements over HTTP, for parents.
struct AchievementsRoutes: Sendable {
    let repository: AchievementsRepository
    let kids: KidOwnership
    let clock: (@Sendable () -> Date)?

    var endpoints: [Endpoint] { [achievements] }

    private var achievements: Endpoint {
        Endpoint(
            .get,
            "/v1/kids/{kid}/achievements",
            "getAchievements",
            "See a child's streak and badges",
            access: .parent,
            returns: .ok(KidAchievements.self),
            fails: [.notFound]
        ) { request in
            let kid: KidID = try request.id("kid")
            guard try await kids.owns(kid, parent: try request.identity.user) else { throw Problem.notFound("kid") }
            return .ok(try await repository.achievements(of: kid, at: clock?()))
        }
        .reads(projections: ["achievements.progress"])
    }
}
