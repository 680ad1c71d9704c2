public import FoundationEssentials
public import Identifiers
public import Postgres

/// Whoever moves the money.
///
/// It is asked inside the transaction that stores the payment and activates what was paid for, and must keep its books
/// there. Nothing it does may outlive a rollback, so a gateway across the network does not fit behind this by itself:
/// it has to reserve the amount before and capture it by a job.
public struct PaymentGateway: Sendable {
    /// The name it is stored under.
    public let name: String
    /// Whether it knows this payment method.
    public let recognizes: @Sendable (_ paymentMethod: String) -> Bool
    /// Takes the money, or says why not.
    public let charge: @Sendable (Charge, borrowing Transaction) async throws -> Outcome

    /// A gateway that asks these closures.
    public init(
        name: String,
        recognizes: @escaping @Sendable (_ paymentMethod: String) -> Bool,
        charge: @escaping @Sendable (Charge, borrowing Transaction) async throws -> Outcome
    ) {
        self.name = name
        self.recognizes = recognizes
        self.charge = charge
    }

    /// What to take from whom.
    public struct Charge: Sendable, Hashable {
        /// The payment: the idempotency key towards the gateway.
        public let payment: UUID
        /// The account that pays.
        public let user: UserID
        /// A payment method that the gateway recognizes.
        public let paymentMethod: String
        /// In the currency's minor unit.
        public let amount: Int
        /// ISO 4217.
        public let currency: String
    }

    /// What came of a charge.
    public enum Outcome: Sendable, Hashable {
        /// The money is there.
        case approved
        /// The money is there, and its owner wants it back.
        case disputed
        /// No money was moved.
        case refused(RefusalReason)
    }
}
