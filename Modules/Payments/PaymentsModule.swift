public import EventDelivery
public import Events
import Idempotency
public import ModuleInterface
import PaymentEvents
public import Postgres
public import Web

/// Payments: what was paid for, with what, and what came of it.
public struct PaymentsModule: FeatureModule {
    /// The schema, and what stored names begin with.
    public static let name = "payments"
    /// What the module announces.
    public static let events: [any DomainEvent.Type] = PaymentContract.events

    private let routes: PaymentRoutes

    /// The module on a database, with whoever moves the money and whoever has what is paid for.
    public init(
        database: Database,
        events: EventRecorder,
        desk: SubscriptionDesk,
        gateway: PaymentGateway = .sandbox
    ) {
        let payments = PaymentRepository(database: database)
        let service = PaymentService(
            database: database,
            payments: payments,
            gateway: gateway,
            desk: desk,
            events: events
        )
        let keys = IdempotencyKeys(database)
        routes = PaymentRoutes(payments: payments, service: service, keys: keys)
    }

    /// Paying, and the account's payments.
    public var endpoints: EndpointGroup { routes.group }
}
