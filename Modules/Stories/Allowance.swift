import FoundationEssentials
import Postgres

/// How many stories a family may begin on its present day.
struct Allowance: Sendable {
    let storiesPerDay: Int
    /// The day in the family's time zone, as Postgres writes dates.
    let day: String
    let resetsAt: Date
    let secondsUntilReset: Int

    init(_ row: Row) throws {
        storiesPerDay = try row["stories_per_day"]
        day = try row["day"]
        resetsAt = try row["resets_at"]
        secondsUntilReset = try row["seconds_until_reset"]
    }

    var usedUp: StoriesError {
        .allowanceUsedUp(limit: storiesPerDay, resetsAt: resetsAt, secondsUntilReset: secondsUntilReset)
    }
}
