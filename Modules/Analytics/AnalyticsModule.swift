public import EventDelivery
public import ModuleInterface
public import Postgres
public import Web

/// Counts what happens in the product, day by day.
public struct AnalyticsModule: FeatureModule {
    /// The schema, and what stored names begin with.
    public static let name = "analytics"

    private let database: Database

    /// A module that counts in this database.
    public init(database: Database) { self.database = database }

    /// The module's routes.
    public var endpoints: EndpointGroup { AnalyticsRoutes(analytics: AnalyticsService(database: database)).group }

    /// What the module listens to.
    @ListenerBuilder public var listeners: [Listener] { CountEvents.listener }
}
