import EventDelivery
import Postgres

extension Bells {
    func leaveToLater(_ rang: Delivered<Rang>, tx: borrowing Transaction) async {  // expect: escaping closure
        Task { try await tx.execute("SELECT 1") }  // expect: risks causing data races
    }
}
