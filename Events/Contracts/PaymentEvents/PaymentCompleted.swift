public import Events
public import FoundationEssentials
public import Identifiers

/// A charge went through and what it paid for is active.
public struct PaymentCompleted: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "payments.payment-completed"

    /// The payment.
    public let payment: UUID
    /// The account.
    public let user: UserID
    /// What was bought, by slug.
    public let plan: String
    /// The amount in the currency's minor unit.
    public let amount: Int
    /// ISO 4217.
    public let currency: String

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("user", user) }

    /// States the fact.
    public init(payment: UUID, user: UserID, plan: String, amount: Int, currency: String) {
        self.payment = payment
        self.user = user
        self.plan = plan
        self.amount = amount
        self.currency = currency
    }
}
