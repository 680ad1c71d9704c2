import Identifiers
import Postgres

extension KidRepository {
    /// A kid, removed or not, locked until the transaction ends.
    func lock(_ id: KidID, of parent: UserID, in tx: borrowing Transaction) async throws -> Kid? {
        let rows = try await tx.query(
            """
            SELECT id, name, age_band, avatar, created_at, deleted_at FROM families.kid
            WHERE id = \(id) AND parent_id = \(parent) FOR UPDATE
            """
        )
        return try rows.first.map { try Kid($0) }
    }

    /// Stores a new kid.
    func insert(
        _ id: KidID,
        _ name: String,
        _ ageBand: AgeBand,
        _ avatar: String?,
        of parent: UserID,
        in tx: borrowing Transaction
    ) async throws -> Kid {
        let rows = try await tx.query(
            """
            INSERT INTO families.kid (id, parent_id, name, age_band, avatar)
            VALUES (\(id), \(parent), \(name), \(ageBand), \(avatar))
            RETURNING id, name, age_band, avatar, created_at, deleted_at
            """
        )
        return try Kid(rows[0])
    }

    /// Stores what changed about a locked kid.
    func update(_ kid: Kid, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE families.kid SET name = \(kid.name), age_band = \(kid.ageBand), avatar = \(kid.avatar),
                                    updated_at = now()
            WHERE id = \(kid.id)
            """
        )
    }

    /// Marks a locked kid as removed.
    func remove(_ id: KidID, in tx: borrowing Transaction) {
        tx.send("UPDATE families.kid SET deleted_at = now(), updated_at = now() WHERE id = \(id)")
    }

    /// Takes the mark off a locked kid.
    func restore(_ id: KidID, in tx: borrowing Transaction) async throws -> Kid {
        let rows = try await tx.query(
            """
            UPDATE families.kid SET deleted_at = NULL, updated_at = now() WHERE id = \(id)
            RETURNING id, name, age_band, avatar, created_at, deleted_at
            """
        )
        return try Kid(rows[0])
    }
}
