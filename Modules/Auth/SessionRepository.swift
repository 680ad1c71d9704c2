import FoundationEssentials
import Identifiers
import Postgres
import Web

/// `auth.session`.
struct SessionRepository: Sendable {
    let database: Database

    /// The role of a session's owner as it is now; nil when the session is over or not that account's.
    ///
    /// One indexed read for each request with a token: it makes logout and changes of role act at once.
    func role(in session: SessionID, of account: UserID, at now: Date) async throws -> Role? {
        let rows = try await database.read(
            """
            SELECT a.role FROM auth.session s JOIN auth.account a ON a.id = s.account
            WHERE s.id = \(session) AND s.account = \(account) AND s.ended_at IS NULL AND s.expires_at > \(now)
            """
        )
        return try rows.first.flatMap { Role(rawValue: try $0["role"]) }
    }

    /// An account's living sessions, newest first, from before `cursor`.
    func living(of account: UserID, before cursor: SessionID?, limit: Int, at now: Date) async throws -> [Session] {
        try await database.read(
            """
            SELECT id, device, created_at, refreshed_at FROM auth.session
            WHERE account = \(account) AND ended_at IS NULL AND expires_at > \(now)
              AND id < coalesce(\(cursor), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map { try Session($0) }
    }

    /// Begins a session, unless the password whose hash was checked has changed meanwhile.
    func begin(
        _ session: SessionID,
        of account: UserID,
        provenBy hash: String,
        device: String?,
        at now: Date,
        until end: Date,
        in tx: borrowing Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO auth.session (id, account, device, created_at, refreshed_at, expires_at)
            SELECT \(session), p.account, \(device), \(now), \(now), \(end)
            FROM auth.password p WHERE p.account = \(account) AND p.hash = \(hash) FOR SHARE
            """
        ) == 1
    }

    /// Locks a session until the transaction ends; nil when there is none.
    func lock(
        _ session: SessionID,
        in tx: borrowing Transaction
    ) async throws -> (state: RefreshState, account: Account)? {
        let rows = try await tx.query(
            """
            SELECT s.generation, s.refreshed_at, s.expires_at, s.ended_at IS NOT NULL AS is_ended,
                   a.id, a.email, a.name, a.role, a.created_at, a.email_verified_at
            FROM auth.session s JOIN auth.account a ON a.id = s.account
            WHERE s.id = \(session) FOR UPDATE OF s
            """
        )
        return try rows.first.map { row in
            let state = RefreshState(
                generation: try row["generation"],
                refreshedAt: try row["refreshed_at"],
                expiresAt: try row["expires_at"],
                isEnded: try row["is_ended"]
            )
            return (state, try Account(row))
        }
    }

    /// Moves a locked session to its next generation.
    func rotate(
        _ session: SessionID,
        to generation: Int,
        at now: Date,
        until end: Date,
        in tx: borrowing Transaction
    ) {
        tx.send(
            """
            UPDATE auth.session SET generation = \(generation), refreshed_at = \(now), expires_at = \(end)
            WHERE id = \(session)
            """
        )
    }

    /// Ends a session of an account; false when it has no such living one.
    func end(
        _ session: SessionID,
        of account: UserID,
        because reason: Session.End,
        at now: Date,
        in tx: borrowing Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            UPDATE auth.session SET ended_at = \(now), end_reason = \(reason)
            WHERE id = \(session) AND account = \(account) AND ended_at IS NULL AND expires_at > \(now)
            """
        ) == 1
    }
}
