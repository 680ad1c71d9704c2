public import Cache
public import EventDelivery
public import Events
public import Jobs
public import Web

/// What App knows of a feature: its name, its routes, what it announces, what it listens to, what it does later.
///
/// A module is the only public type of its target. Everything it needs from outside comes in through its initialiser.
public protocol FeatureModule: Sendable {
    /// The module's name, which is also its Postgres schema and the prefix of its events, listeners and jobs.
    static var name: String { get }
    /// Every event it may announce.
    static var events: [any DomainEvent.Type] { get }
    /// Its routes.
    var endpoints: EndpointGroup { get }
    /// Its listeners.
    var listeners: [Listener] { get }
    /// What it does outside of a request, at least once.
    var jobs: [JobHandler] { get }
    /// What everybody reads, to be in the cache before anybody asks.
    var warmings: [CacheWarmer.Warming] { get }
    /// What it needs beyond the platform, each on its page of `/health`.
    var healthChecks: [HealthCheck] { get }
}

extension FeatureModule {
    /// None.
    public static var events: [any DomainEvent.Type] { [] }
    /// None.
    public var listeners: [Listener] { [] }
    /// None.
    public var jobs: [JobHandler] { [] }
    /// None.
    public var warmings: [CacheWarmer.Warming] { [] }
    /// None.
    public var healthChecks: [HealthCheck] { [] }
}
