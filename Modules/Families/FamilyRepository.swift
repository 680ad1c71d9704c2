import Identifiers
import Postgres

/// Stores families.
struct FamilyRepository: Sendable {
    let database: Database

    /// The time zone of a family; UTC until it says otherwise.
    func timeZone(of parent: UserID) async throws -> String {
        let rows = try await database.read("SELECT time_zone FROM families.family WHERE parent_id = \(parent)")
        return try rows.first.map { try $0["time_zone"] } ?? "UTC"
    }

    /// Locks the family's row until the transaction ends, making it first where there is none; returns its time zone.
    func lock(_ parent: UserID, in tx: borrowing Transaction) async throws -> String {
        tx.send("INSERT INTO families.family (parent_id) VALUES (\(parent)) ON CONFLICT (parent_id) DO NOTHING")
        let rows = try await tx.query(
            "SELECT time_zone FROM families.family WHERE parent_id = \(parent) FOR UPDATE"
        )
        return try rows.first.map { try $0["time_zone"] } ?? "UTC"
    }

    /// Moves a family to another time zone.
    func move(_ parent: UserID, to timeZone: String, in tx: borrowing Transaction) {
        tx.send(
            "UPDATE families.family SET time_zone = \(timeZone), updated_at = now() WHERE parent_id = \(parent)"
        )
    }

    /// Every time zone that Postgres can compute with. The server reads its whole zone directory for this, which takes
    /// tens of milliseconds: ask once.
    func timeZoneNames() async throws -> Set<String> {
        let rows = try await database.read(
            """
            SELECT name FROM pg_timezone_names
            WHERE name !~ '^(posix|right)/' AND name NOT IN ('Factory', 'localtime', 'posixrules')
            """
        )
        return Set(try rows.map { try $0["name"] })
    }
}
