import FoundationEssentials
import HTTPTypes
import SubscriptionEvents
import Web

/// Plans and subscriptions over HTTP.
struct SubscriptionRoutes: Sendable {
    let plans: CachedPlans
    let subscriptions: CachedSubscriptions

    var group: EndpointGroup {
        EndpointGroup("Subscriptions", "The plans, and which one an account is on.", [list, read])
    }

    private var list: Endpoint {
        Endpoint(
            .get,
            "/v1/plans",
            "listPlans",
            "List the plans with their prices",
            access: .anyone,
            returns: .ok(encoded: Page<Plan>.self)
        ) { _ in
            .ok(try await plans.all())
        }
        .shared(for: .seconds(3_600), version: plans.version)
    }

    private var read: Endpoint {
        Endpoint(
            .get,
            "/v1/subscription",
            "readSubscription",
            "Read the account's subscription",
            access: .parent,
            returns: .ok(SubscriptionBody.self)
        ) { request in
            guard let found = try await subscriptions.subscription(of: request.identity.user) else {
                throw Problem.notFound("plan")
            }
            return .ok(SubscriptionBody(found))
        }
        .reads(projections: ["subscriptions.begin-free"])
    }
}

/// A subscription as its owner sees it.
struct SubscriptionBody: ResponseBody {
    let plan: String
    let status: SubscriptionStatus
    let period: BillingPeriod?
    let endsAt: Date?
    let limits: PlanLimits

    init(_ subscription: Subscription) {
        plan = subscription.state.plan
        status = subscription.state.status(at: subscription.now)
        period = subscription.period
        endsAt = subscription.state.endsAt
        limits = subscription.limits
    }

    static let schema = Schema.object(
        "Subscription",
        [
            .required("plan", .string(), "The plan, by slug"),
            .required("status", .enumeration(SubscriptionStatus.self), "Whether a paid period is running"),
            .optional("period", .enumeration(BillingPeriod.self), "What was paid for last"),
            .optional("endsAt", .dateTime, "When the paid period ends"),
            .required("limits", PlanLimits.schema, "What the plan allows"),
        ]
    )
}
