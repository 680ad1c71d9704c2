import FoundationEssentials
import Identifiers
import Postgres
import Web

/// Stores payments. Every statement names the account, so another account's payment is never found.
struct PaymentRepository: Sendable {
    /// What refuses a second payment under a key.
    static let keyConstraint = "payment_user_id_idempotency_key_key"

    let database: Database

    /// The account's payments before one of them, the last one first.
    func payments(of user: UserID, before last: PaymentID?, limit: Int) async throws -> [Payment] {
        let rows = try await database.read(
            """
            SELECT id, plan, period, payment_method, amount, currency, status, refusal, created_at
            FROM payments.payment
            WHERE user_id = \(user) AND id < coalesce(\(last), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY id DESC LIMIT \(limit)
            """
        )
        return try rows.map { try Payment($0) }
    }

    /// A payment with the last 20 steps of its way, the last one first; both as of one moment.
    func payment(_ id: PaymentID, of user: UserID) async throws -> (payment: Payment, steps: [PaymentStep])? {
        let rows = try await database.read(
            """
            SELECT payment.id, plan, period, payment_method, amount, currency, payment.status, refusal, created_at,
                   step.status AS step, step.at
            FROM payments.payment JOIN payments.payment_status AS step ON step.payment_id = payment.id
            WHERE payment.id = \(id) AND payment.user_id = \(user)
            ORDER BY step.number DESC LIMIT 20
            """
        )
        guard let first = rows.first else { return nil }
        return (try Payment(first), try rows.map { PaymentStep(status: try $0["step"], at: try $0["at"]) })
    }

    /// The payment that a key was used for, however long ago.
    func payment(under key: IdempotencyKey, of user: UserID) async throws -> PaymentID? {
        let rows = try await database.read(
            "SELECT id FROM payments.payment WHERE user_id = \(user) AND idempotency_key = \(key.text)"
        )
        return try rows.first.map { try $0["id"] }
    }

    /// The transaction's time, to the microsecond, as it will be read again.
    func now(in tx: borrowing Transaction) async throws -> Date { try await tx.query("SELECT now()")[0]["now"] }

    /// Stores a new payment with the way it came.
    ///
    /// No key ever makes two payments of one account: that is ``keyConstraint``, which outlives the stored answers.
    func insert(
        _ payment: Payment,
        of user: UserID,
        under key: IdempotencyKey,
        through gateway: String,
        in tx: borrowing Transaction
    ) {
        tx.send(
            """
            INSERT INTO payments.payment (id, user_id, idempotency_key, plan, period, payment_method, gateway, amount,
                                          currency, answered, status, refusal, created_at)
            VALUES (\(payment.id), \(user), \(key.text), \(payment.order.plan), \(payment.order.period),
                    \(payment.order.paymentMethod), \(gateway), \(payment.amount), \(payment.currency),
                    \(payment.status), \(payment.status), \(payment.refusal), \(payment.createdAt))
            """
        )
        tx.send(
            """
            INSERT INTO payments.payment_status (payment_id, number, status, at)
            SELECT \(payment.id), number, status, \(payment.createdAt)
            FROM unnest(\(payment.firstSteps)) WITH ORDINALITY AS step (status, number)
            """
        )
    }
}

/// One step of a payment's way.
struct PaymentStep: Sendable, Hashable, Encodable {
    let status: PaymentStatus
    let at: Date
}
