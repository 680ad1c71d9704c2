public import Cache
public import EventDelivery
public import Events
public import FoundationEssentials
public import ModuleInterface
public import Postgres
import StoryEvents
public import Web

/// The catalogue of stories, and what children read of it.
public struct StoriesModule: FeatureModule {
    /// The schema and the prefix of every name.
    public static let name = "stories"
    /// Completions.
    public static let events = StoryContract.events

    private let database: Database
    private let catalogue: CachedCatalogue
    private let reading: ReadingRoutes

    /// Puts the module together.
    ///
    /// - Parameters:
    ///   - database: Where the schema `stories` is.
    ///   - events: Announces completions.
    ///   - kids: Whose child a child is.
    ///   - cache: Where reads of the catalogue go through.
    ///   - configuration: The allowance without a plan.
    ///   - clock: What time it is; the database's clock unless given.
    public init(
        database: Database,
        events: EventRecorder,
        kids: KidDirectory,
        cache: Cache? = nil,
        configuration: StoriesConfiguration = StoriesConfiguration(),
        clock: (@Sendable () -> Date)? = nil
    ) {
        self.database = database
        catalogue = CachedCatalogue(repository: CatalogueRepository(database: database), cache: cache)
        reading = ReadingRoutes(
            service: ReadingService(
                database: database,
                events: events,
                kids: kids,
                configuration: configuration,
                clock: clock
            )
        )
    }

    /// The catalogue, open to anyone, and reading, for parents.
    public var endpoints: EndpointGroup {
        EndpointGroup(
            "Stories",
            "The catalogue, and what children read of it.",
            CatalogueRoutes(catalogue: catalogue).endpoints + reading.endpoints
        )
    }

    /// Follows what each family's plan allows.
    public var listeners: [Listener] { [TrackEntitlement.listener] }

    /// The beginning of the catalogue.
    public var warmings: [CacheWarmer.Warming] { catalogue.warmings }

    /// Brings the catalogue in the database to what this build carries.
    ///
    /// It may run at every start and on several nodes at once: what is as it should be is not written again, and what
    /// was deleted stays deleted. Nodes that have the catalogue cached do not notice; void what they have.
    public func seed() async throws { try await CatalogueSeed(database: database).run() }
}
