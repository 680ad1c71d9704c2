import Identifiers
import Postgres

/// Stores kids. Every statement names the parent, so another family's kid is never found.
struct KidRepository: Sendable {
    let database: Database

    /// Whether a kid belongs to a parent and was not removed.
    func owns(_ kid: KidID, _ parent: UserID) async throws -> Bool {
        let rows = try await database.read(
            "SELECT 1 FROM families.kid WHERE id = \(kid) AND parent_id = \(parent) AND deleted_at IS NULL"
        )
        return !rows.isEmpty
    }

    /// The time zone that a kid lives in, UTC until its family says otherwise; nil when there is no such kid.
    func timeZone(of kid: KidID, _ parent: UserID) async throws -> String? {
        let rows = try await database.read(
            """
            SELECT coalesce((SELECT time_zone FROM families.family WHERE family.parent_id = kid.parent_id), 'UTC') AS zone
            FROM families.kid WHERE id = \(kid) AND parent_id = \(parent) AND deleted_at IS NULL
            """
        )
        return try rows.first.map { try $0["zone"] }
    }

    /// The kids of a family, the first one first. The plan bounds how many there are.
    func kids(of parent: UserID) async throws -> [Kid] {
        let rows = try await database.read(
            """
            SELECT id, name, age_band, avatar, created_at, deleted_at FROM families.kid
            WHERE parent_id = \(parent) AND deleted_at IS NULL ORDER BY id
            """
        )
        return try rows.map { try Kid($0) }
    }

    /// The kids that a family removed, the last one first, at most 100.
    func removedKids(of parent: UserID) async throws -> [Kid] {
        let rows = try await database.read(
            """
            SELECT id, name, age_band, avatar, created_at, deleted_at FROM families.kid
            WHERE parent_id = \(parent) AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, id LIMIT 100
            """
        )
        return try rows.map { try Kid($0) }
    }

    /// A kid that was not removed.
    func kid(_ id: KidID, of parent: UserID) async throws -> Kid? {
        let rows = try await database.read(
            """
            SELECT id, name, age_band, avatar, created_at, deleted_at FROM families.kid
            WHERE id = \(id) AND parent_id = \(parent) AND deleted_at IS NULL
            """
        )
        return try rows.first.map { try Kid($0) }
    }
}
