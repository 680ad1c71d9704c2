import FoundationEssentials
import Identifiers
import Postgres

/// `auth.account` and `auth.password`.
struct AccountRepository: Sendable {
    let database: Database

    /// One account.
    func account(_ id: UserID) async throws -> Account? {
        try await database.read(
            "SELECT id, email, name, role, created_at, email_verified_at FROM auth.account WHERE id = \(id)"
        ).first.map { try Account($0) }
    }

    /// The account of an address with the hash of its password.
    ///
    /// The only query that reads a hash.
    func credentials(_ email: EmailAddress) async throws -> (account: Account, hash: String)? {
        let rows = try await database.read(
            """
            SELECT a.id, a.email, a.name, a.role, a.created_at, a.email_verified_at, p.hash
            FROM auth.account a JOIN auth.password p ON p.account = a.id
            WHERE a.canonical_email = \(email.canonical)
            """
        )
        return try rows.first.map { (try Account($0), try $0["hash"]) }
    }

    /// Opens an account and returns whose the address is: `id`'s when it was free, the older account's otherwise.
    ///
    /// The row is locked either way, so that of two who register one address at once, one comes first.
    func claim(
        _ email: EmailAddress,
        name: String?,
        for id: UserID,
        at now: Date,
        in tx: borrowing Transaction
    ) async throws -> UserID {
        let rows = try await tx.query(
            """
            INSERT INTO auth.account (id, email, canonical_email, name, created_at)
            VALUES (\(id), \(email.text), \(email.canonical), \(name), \(now))
            ON CONFLICT (canonical_email) DO UPDATE SET canonical_email = excluded.canonical_email
            RETURNING id
            """
        )
        return try rows.first.map { try $0["id"] } ?? id
    }

    /// Gives a new account its password.
    func insertPassword(_ hash: String, of account: UserID, at now: Date, in tx: borrowing Transaction) {
        tx.send("INSERT INTO auth.password (account, hash, changed_at) VALUES (\(account), \(hash), \(now))")
    }

    /// Puts a hash of another cost in the place of one that is of the same password, unless that has changed meanwhile.
    func renewHash(_ old: String, with new: String, of account: UserID, in tx: borrowing Transaction) {
        tx.send("UPDATE auth.password SET hash = \(new) WHERE account = \(account) AND hash = \(old)")
    }

    /// Notes that the owner reads mail at the address.
    func confirm(_ account: UserID, at now: Date, in tx: borrowing Transaction) async throws {
        try await tx.execute(
            "UPDATE auth.account SET email_verified_at = coalesce(email_verified_at, \(now)) WHERE id = \(account)"
        )
    }

    /// Makes an account an administrator's; false when nobody has that address.
    func grantAdministrator(_ email: EmailAddress, in tx: borrowing Transaction) async throws -> Bool {
        try await tx.execute(
            "UPDATE auth.account SET role = 'administrator' WHERE canonical_email = \(email.canonical)"
        ) == 1
    }
}
