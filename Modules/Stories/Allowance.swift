import FoundationEssentials
import Postgres

/// How many stories a family may begin on its present day.
struct Allowance: Sendable {
    let storiesPerDay: Int
    let resetsAt: Date
    let secondsUntilReset: Int

    init(_ row: Row) throws {
        storiesPerDay = try row["stories_per_day"]
        resetsAt = try row["resets_at"]
        secondsUntilReset = try row["seconds_until_reset"]
    }

    var usedUp: StoriesError {
        .allowanceUsedUp(limit: storiesPerDay, resetsAt: resetsAt, secondsUntilReset: secondsUntilReset)
    }
}
