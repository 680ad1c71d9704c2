import Identifiers
import Postgres

/// Keeps what each account's plan allows.
struct EntitlementRepository: Sendable {
    /// What holds without a row.
    let fallback: Entitlement

    /// Stores what an event says, unless a later event was stored already.
    func store(_ entitlement: Entitlement, for parent: UserID, at position: Int, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO families.entitlement AS held (parent_id, plan, kids, position)
            VALUES (\(parent), \(entitlement.plan), \(entitlement.kids), \(position))
            ON CONFLICT (parent_id) DO UPDATE
            SET plan = excluded.plan, kids = excluded.kids, position = excluded.position
            WHERE held.position < excluded.position
            """
        )
    }

    /// What holds for an account, and how many kids it has. Counts exactly while the family's row is locked.
    func usage(of parent: UserID, in tx: borrowing Transaction) async throws -> (held: Entitlement, kids: Int) {
        let rows = try await tx.query(
            """
            SELECT held.plan, held.kids,
                   (SELECT count(*) FROM families.kid WHERE parent_id = \(parent) AND deleted_at IS NULL) AS used
            FROM (SELECT 1) AS one LEFT JOIN families.entitlement AS held ON held.parent_id = \(parent)
            """
        )
        guard let row = rows.first else { return (fallback, 0) }
        let used: Int = try row["used"]
        guard let plan: String? = try row["plan"], let plan else { return (fallback, used) }
        return (Entitlement(plan: plan, kids: try row["kids"]), used)
    }
}
