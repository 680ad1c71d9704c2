public import Cache
public import EventDelivery
public import Events
import FamilyEvents
import Idempotency
public import Identifiers
public import ModuleInterface
public import Postgres
public import Web

/// Families: their kids, and the time zone they live in.
public struct FamiliesModule: FeatureModule {
    /// The schema, and what stored names begin with.
    public static let name = "families"
    /// What the module announces.
    public static let events: [any DomainEvent.Type] = FamilyContract.events

    private let kids: KidRepository
    private let cached: CachedFamilies
    private let cache: Cache?
    private let entitlements: EntitlementRepository
    private let familyService: FamilyService
    private let kidService: KidService
    private let keys: IdempotencyKeys

    /// The module on a database; with a cache, what families read of themselves goes through it.
    public init(
        database: Database,
        events: EventRecorder,
        cache: Cache? = nil,
        configuration: FamiliesConfiguration = FamiliesConfiguration()
    ) {
        keys = IdempotencyKeys(database)
        let families = FamilyRepository(database: database)
        kids = KidRepository(database: database)
        cached = CachedFamilies(families: families, kids: kids, cache: cache)
        self.cache = cache
        entitlements = EntitlementRepository(
            fallback: Entitlement(plan: configuration.defaultPlan, kids: configuration.defaultKids)
        )
        familyService = FamilyService(
            database: database,
            families: families,
            timeZones: TimeZoneNames(families: families),
            events: events
        )
        kidService = KidService(
            database: database,
            families: families,
            kids: kids,
            entitlements: entitlements,
            events: events
        )
    }

    /// The family's settings and its kids.
    public var endpoints: EndpointGroup {
        EndpointGroup(
            "Families",
            "A family's kids and settings.",
            FamilyRoutes(families: cached, service: familyService).endpoints
                + KidRoutes(kids: kids, cached: cached, service: kidService, keys: keys).endpoints
        )
    }

    /// Follows what each account's plan allows; what is cached of a family follows its events.
    public var listeners: [Listener] {
        [TrackEntitlement(entitlements: entitlements).listener]
            + (cache.map { [VoidCachedFamily(cache: $0).listener] } ?? [])
    }

    /// Whether a kid belongs to a parent and was not removed.
    public func owns(kid: KidID, parent: UserID) async throws -> Bool {
        try await cached.owns(kid, parent)
    }

    /// The IANA name of the time zone that a kid lives in, UTC until its family says otherwise; nil when the parent has no
    /// such kid.
    public func timeZone(of kid: KidID, parent: UserID) async throws -> String? {
        try await cached.timeZone(of: kid, parent)
    }
}
