import FoundationEssentials
import Identifiers
import Postgres
import Web

/// The two halves of a child's library.
enum Shelf: String, CaseIterable, Sendable {
    /// Begun and not finished.
    case `continue`
    case completed
}

/// A story on a child's shelf.
struct LibraryItem: Encodable, Sendable {
    let story: StorySummary
    let percent: Int
    let seconds: Int
    let readAt: Date
    let completedAt: Date?

    init(_ row: Row) throws {
        story = try StorySummary(row)
        percent = try row["percent"]
        seconds = try row["seconds"]
        readAt = try row["read_at"]
        completedAt = try row["completed_at"]
    }
}

extension LibraryItem: ResponseBody {
    static let schema = Schema.object(
        "LibraryItem",
        "A story on a child's shelf",
        extending: [Reading.progress],
        [.required("story", StorySummary.schema)]
    )
}

/// Where a page of a shelf ended: what was read last comes first.
struct ShelfPosition: Codable, Sendable {
    /// Microseconds since 1970, which is as exact as Postgres is.
    private let readAt: Int
    let story: StoryID

    init(readAt: Date, story: StoryID) {
        self.readAt = Int((readAt.timeIntervalSince1970 * 1_000_000).rounded())
        self.story = story
    }

    /// The moment, within the years that dates are written in whatever a client has made up.
    var moment: Date {
        Date(timeIntervalSince1970: Double(min(max(readAt, 0), Self.endOfYears)) / 1_000_000)
    }

    /// Above everything.
    static let top = ShelfPosition(
        readAt: Date(timeIntervalSince1970: Double(endOfYears) / 1_000_000),
        story: StoryID(.v7())
    )

    private static let endOfYears = 253_402_300_799_000_000
}
