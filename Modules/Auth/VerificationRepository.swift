import FoundationEssentials
import Identifiers
import Postgres

/// `auth.email_verification`: at most one row an account.
struct VerificationRepository: Sendable {
    let database: Database

    /// What a mail about a verification needs.
    struct Pending: Sendable, Hashable {
        let email: String
        let name: String?
        let createdAt: Date
        let expiresAt: Date
    }

    /// The verification behind a row, with the address it is about; nil when it was used or replaced.
    func pending(_ id: UUID) async throws -> Pending? {
        let rows = try await database.read(
            """
            SELECT a.email, a.name, v.created_at, v.expires_at
            FROM auth.email_verification v JOIN auth.account a ON a.id = v.account
            WHERE v.id = \(id)
            """
        )
        return try rows.first.map {
            Pending(
                email: try $0["email"],
                name: try $0["name"],
                createdAt: try $0["created_at"],
                expiresAt: try $0["expires_at"]
            )
        }
    }

    /// Begins the verification of a new account.
    func begin(_ id: UUID, of account: UserID, at now: Date, until end: Date, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO auth.email_verification (account, id, created_at, expires_at)
            VALUES (\(account), \(id), \(now), \(end))
            """
        )
    }

    /// Voids the verification of an unconfirmed address and begins another; false when there is nothing to confirm, or
    /// when the present one was made after `youngest`.
    ///
    /// One statement, whoever asks.
    func replace(
        with id: UUID,
        for email: EmailAddress,
        at now: Date,
        until end: Date,
        unlessAfter youngest: Date,
        in tx: borrowing Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO auth.email_verification AS v (account, id, created_at, expires_at)
            SELECT a.id, \(id), \(now), \(end) FROM auth.account a
            WHERE a.canonical_email = \(email.canonical) AND a.email_verified_at IS NULL
            ON CONFLICT (account) DO UPDATE
            SET id = excluded.id, created_at = excluded.created_at, expires_at = excluded.expires_at
            WHERE v.created_at <= \(youngest)
            """
        ) == 1
    }

    /// Uses up a verification and returns its account; nil when it was used, replaced or has expired.
    func consume(_ id: UUID, at now: Date, in tx: borrowing Transaction) async throws -> UserID? {
        try await tx.query(
            "DELETE FROM auth.email_verification WHERE id = \(id) AND expires_at > \(now) RETURNING account"
        ).first.map { try $0["account"] }
    }
}
