import FoundationEssentials
import Identifiers
import Postgres

/// A child's profile: a nickname, an age band, the name of a picture, and nothing more about the child.
struct Kid: Sendable, Hashable, Codable {
    let id: KidID
    var name: String
    var ageBand: AgeBand
    var avatar: String?
    let createdAt: Date
    let deletedAt: Date?

    init(_ row: Row) throws {
        id = try row["id"]
        name = try row["name"]
        ageBand = try row["age_band"]
        avatar = try row["avatar"]
        createdAt = try row["created_at"]
        deletedAt = try row["deleted_at"]
    }
}
