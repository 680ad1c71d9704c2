import AuthEvents
import EventDelivery
import Postgres

/// Puts every account that registers on the free plan, unless a payment was faster.
struct BeginFree: Sendable {
    let service: SubscriptionService

    var listener: Listener {
        .transactional("subscriptions.begin-free", from: .beginning) {
            Reaction.on(UserRegistered.self, perform: registered)
        }
    }

    func registered(_ delivered: Delivered<UserRegistered>, in tx: borrowing Transaction) async throws {
        try await service.begin(for: delivered.event.user, in: tx)
    }
}
