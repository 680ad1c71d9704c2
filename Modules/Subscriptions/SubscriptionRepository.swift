import Identifiers
import Postgres
import SubscriptionEvents

/// Stores who is subscribed to what.
struct SubscriptionRepository: Sendable {
    let database: Database

    /// What an account is subscribed to; the free plan as long as nothing is stored.
    func subscription(of user: UserID) async throws -> Subscription? {
        let rows = try await database.read(
            """
            SELECT plan.slug AS plan, plan.kids, plan.stories_per_day, plan.requests_per_minute, own.period,
                   own.ends_at, free.requests_per_minute AS free_requests_per_minute, now() AS now
            FROM subscriptions.plan AS free
            LEFT JOIN subscriptions.subscription AS own ON own.user_id = \(user)
            JOIN subscriptions.plan ON plan.slug = coalesce(own.plan, free.slug)
            WHERE free.slug = \(SubscriptionState.freePlan)
            """
        )
        return try rows.first.map { try Subscription($0, of: user) }
    }

    /// Stores the free subscription unless there is one of any kind; returns its limits if it did.
    func createFree(for user: UserID, in tx: borrowing Transaction) async throws -> PlanLimits? {
        let rows = try await tx.query(
            """
            WITH created AS (
                INSERT INTO subscriptions.subscription (user_id, plan) VALUES (\(user), \(SubscriptionState.freePlan))
                ON CONFLICT (user_id) DO NOTHING RETURNING plan
            )
            SELECT plan.kids, plan.stories_per_day FROM created JOIN subscriptions.plan ON plan.slug = created.plan
            """
        )
        return try rows.first.map { try PlanLimits($0) }
    }

    /// The stored subscription, locked until the transaction ends.
    func lock(_ user: UserID, in tx: borrowing Transaction) async throws -> Subscription? {
        let rows = try await tx.query(
            """
            SELECT own.plan, plan.kids, plan.stories_per_day, plan.requests_per_minute, own.period, own.ends_at,
                   free.requests_per_minute AS free_requests_per_minute, now() AS now
            FROM subscriptions.subscription AS own JOIN subscriptions.plan ON plan.slug = own.plan
            JOIN subscriptions.plan AS free ON free.slug = \(SubscriptionState.freePlan)
            WHERE own.user_id = \(user) FOR UPDATE OF own
            """
        )
        return try rows.first.map { try Subscription($0, of: user) }
    }

    /// Moves a locked subscription and returns the limits of its plan; nil when there is no such plan to buy.
    func move(
        _ user: UserID,
        to state: SubscriptionState,
        _ period: BillingPeriod,
        in tx: borrowing Transaction
    ) async throws -> PlanLimits? {
        let rows = try await tx.query(
            """
            UPDATE subscriptions.subscription AS own
            SET plan = plan.slug, period = price.period, ends_at = \(state.endsAt), updated_at = now()
            FROM subscriptions.plan JOIN subscriptions.price ON price.plan = plan.slug
            WHERE own.user_id = \(user) AND plan.slug = \(state.plan) AND price.period = \(period)
            RETURNING plan.kids, plan.stories_per_day
            """
        )
        return try rows.first.map { try PlanLimits($0) }
    }
}
