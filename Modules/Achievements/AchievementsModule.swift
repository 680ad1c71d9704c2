import AchievementEvents
public import EventDelivery
public import Events
public import FoundationEssentials
public import ModuleInterface
public import Postgres
public import Web

/// Streaks and badges of children, derived from the stories they finished.
public struct AchievementsModule: FeatureModule {
    /// The schema and the prefix of every name.
    public static let name = "achievements"
    /// Streaks and badges.
    public static let events = AchievementContract.events

    private let repository: AchievementsRepository
    private let progress: Progress
    private let routes: AchievementsRoutes

    /// Puts the module together.
    ///
    /// - Parameters:
    ///   - database: Where the schema `achievements` is.
    ///   - events: Announces streaks and badges.
    ///   - kids: Whose child a child is.
    ///   - clock: What time it is; the database's clock unless given.
    public init(
        database: Database,
        events: EventRecorder,
        kids: KidOwnership,
        clock: (@Sendable () -> Date)? = nil
    ) {
        repository = AchievementsRepository(database: database)
        progress = Progress(repository: ProgressRepository(), events: events)
        routes = AchievementsRoutes(repository: repository, kids: kids, clock: clock)
    }

    /// What a child has achieved, for its parent.
    public var endpoints: EndpointGroup {
        EndpointGroup("Achievements", "Streaks and badges of children.", routes.endpoints)
    }

    /// Derives streaks and badges.
    public var listeners: [Listener] { [progress.listener] }

    /// What computing everything anew from the completions would change; empty when all is as it should be.
    ///
    /// One line each, for operators. It reads all completions and takes no lock.
    public func discrepancies() async throws -> [String] { try await repository.discrepancies() }
}
