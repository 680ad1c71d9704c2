import EventDelivery
import EventTesting
import Events
import FoundationEssentials
import Jobs
import ModuleInterface
import Postgres
import TestSupport
import Web

/// Bakes what is ordered, and has it delivered.
struct BakeryModule: FeatureModule {
    static let name = "bakery"
    static let events: [any DomainEvent.Type] = [Ordered.self, Baked.self]
    let parts: ScenarioParts
    /// Wedding cakes fail before it.
    let noon = ManualClock().now + 3600
    let delivered = Counter()

    var endpoints: EndpointGroup { EndpointGroup("Bakery", "Nothing over HTTP.", []) }

    var listeners: [Listener] {
        [
            .transactional(
                "bakery.bake",
                retry: .exponential(from: .seconds(3600), upTo: .seconds(3600)),
                from: .beginning
            ) {
                Reaction.on(Ordered.self, perform: ordered)
            }
        ]
    }

    var jobs: [JobHandler] { [.on(Deliver.self) { _, _ in delivered.add() }] }

    private func ordered(_ order: Delivered<Ordered>, in tx: borrowing Transaction) async throws {
        let cake = order.event.cake
        if cake == "mud" { throw Inedible() }
        if cake == "wedding", parts.clock.now < noon { throw Inedible() }
        try parts.events.record(Baked(cake: cake), in: tx)
        try parts.jobs.enqueue(Deliver(cake: cake), in: tx)
    }

    struct Inedible: Error {}
}

struct Ordered: DomainEvent {
    static let name: EventName = "bakery.ordered"
    let cake: String
    var key: OrderingKey { OrderingKey("cake", cake) }
}

struct Baked: DomainEvent {
    static let name: EventName = "bakery.baked"
    let cake: String
    var key: OrderingKey { OrderingKey("cake", cake) }
}

struct Deliver: JobPayload {
    static let kind = "bakery.deliver"
    let cake: String
}
