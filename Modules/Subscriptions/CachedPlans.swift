import Cache
import ModuleInterface
import Web

/// Reads the plans, through the cache if there is one.
struct CachedPlans: Sendable {
    let repository: PlanRepository
    let cache: Cache?

    /// Every plan with its prices, as it is sent.
    func all() async throws -> Encoded<Page<Plan>> {
        let page = try await cache.encoded(CacheGroup.plans.key()) { [repository] in Page(try await repository.all()) }
        return try page ?? Encoded(Page([]))
    }

    /// A number that rises whenever the plans are voided.
    var version: @Sendable () -> Int {
        guard let cache else { return { 0 } }
        return cache.version(of: .plans)
    }

    /// Before anybody asks.
    var warming: CacheWarmer.Warming { .init("plans", every: .seconds(30)) { _ = try await all() } }
}
