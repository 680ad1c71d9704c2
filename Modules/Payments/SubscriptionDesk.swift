public import Identifiers
public import Postgres

/// What payments need of subscriptions. App fills it from the module that has them.
public struct SubscriptionDesk: Sendable {
    /// What a period of a plan costs, in minor units of a currency (ISO 4217); nil when it cannot be bought.
    public let quote: @Sendable (_ plan: String, _ period: String) async throws -> (amount: Int, currency: String)?
    /// Puts an account on a plan for a period, in the transaction that takes the money.
    public let activate:
        @Sendable (_ plan: String, _ period: String, _ user: UserID, borrowing Transaction) async throws -> Void

    /// A desk that asks these closures.
    public init(
        quote: @escaping @Sendable (_ plan: String, _ period: String) async throws -> (amount: Int, currency: String)?,
        activate:
            @escaping @Sendable (
                _ plan: String, _ period: String, _ user: UserID, borrowing Transaction
            ) async throws -> Void
    ) {
        self.quote = quote
        self.activate = activate
    }
}
