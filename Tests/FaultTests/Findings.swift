import JourneySupport
import Postgres
import StrictJSON
import Testing

/// What is in the database after all, compared with what must be.
struct Findings {
    private let storytime: Storytime
    private let households: [Household]

    init(_ storytime: Storytime, _ households: [Household]) {
        self.storytime = storytime
        self.households = households
    }

    func check(acknowledged: Set<String>) async throws {
        let evenings = households.flatMap { $0.evenings.map(\.name) }.sorted()
        #expect(acknowledged.sorted() == evenings)
        try await checkCompletions(evenings)
        try await checkRewards()
        try await checkPayments()
        try await checkLog()
    }

    /// Every completion is kept, announced and counted, each once.
    private func checkCompletions(_ evenings: [String]) async throws {
        #expect(
            try await texts("SELECT kid || '/' || story FROM stories.reading WHERE completed_at IS NOT NULL")
                == evenings
        )
        #expect(try await texts("SELECT kid || '/' || story FROM achievements.completion") == evenings)
        #expect(try await announced("stories.story-completed", "kid", "story") == evenings)
    }

    /// Streaks, badges and what was told of them are what the rules make of the completions.
    private func checkRewards() async throws {
        let kids = households.flatMap(\.evenings).reduce(into: [String: [Story]]()) {
            $0[$1.kid, default: []].append($1.story)
        }
        let numbers = kids.map { kid, stories in "\(kid) \(stories.count) 1 1" }.sorted()
        #expect(
            try await texts(
                """
                SELECT kid || ' ' || stories || ' ' || current_streak || ' ' || longest_streak
                FROM achievements.kid WHERE stories > 0
                """
            ) == numbers
        )
        #expect(try await announced("achievements.streak-updated", "kid") == kids.keys.sorted())
        let badges = kids.flatMap { kid, stories in Self.badges(stories).map { "\(kid)/\($0)" } }.sorted()
        #expect(try await texts("SELECT kid || '/' || badge FROM achievements.earned_badge") == badges)
        #expect(try await announced("achievements.badge-earned", "kid", "badge") == badges)
        let notified = "SELECT concat_ws('/', data ->> 'kid', data ->> 'badge') FROM notifications.notification"
        #expect(try await texts("\(notified) WHERE category = 'badge-earned'") == badges)
    }

    /// Both payments of each family were charged, announced and receipted once.
    private func checkPayments() async throws {
        let users = households.flatMap { [$0.parent.user, $0.parent.user] }.sorted()
        #expect(try await texts("SELECT user_id::text FROM payments.payment WHERE status = 'completed'") == users)
        #expect(
            try await texts("SELECT user_id::text FROM payments.payment JOIN payments.sandbox_entry ON payment_id = id")
                == users
        )
        #expect(try await announced("payments.payment-completed", "user") == users)
        for parent in households.map(\.parent) {
            #expect(try storytime.mailbox.mails(to: parent.email, subject: "Your receipt").count == 2)
            #expect(try storytime.mailbox.mails(to: parent.email, subject: "Welcome").count == 1)
        }
    }

    /// The log is dense and whole, all of it was counted, and nothing is left over.
    private func checkLog() async throws {
        let log = try await storytime.database.read(
            """
            SELECT count(*) AS events, min(position) AS first, max(position) AS last,
                   (SELECT count(*) FROM events.event) AS recorded FROM events.log
            """
        )[0]
        let events: Int = try log["events"]
        #expect(try log["first"] == 1)
        #expect(try log["last"] == events)
        #expect(try log["recorded"] == events)
        let counted = "SELECT name || ' ' || sum(bit_count(seen)) FROM analytics.event_block GROUP BY name"
        #expect(try await texts(counted) == texts("SELECT name || ' ' || count(*) FROM events.event GROUP BY name"))
        #expect(try await texts("SELECT listener || ' ' || position FROM events.deviation") == [])
        #expect(try await texts("SELECT kind || ' ' || state FROM jobs.job WHERE state <> 'done'") == [])
    }

    /// The badges that a kid's stories are worth.
    private static func badges(_ stories: [Story]) -> [String] {
        let counts = [("first-story", 1), ("explorer", 5), ("bookworm", 10), ("story-lover", 25)]
        let earned = counts.filter { stories.count >= $0.1 }.map(\.0)
        return earned + (Set(stories.map(\.category)).count == 6 ? ["all-categories"] : [])
    }

    /// Some members of every event of a name, joined by slashes.
    private func announced(_ name: String, _ members: String...) async throws -> [String] {
        let values = members.map { "payload ->> '\($0)'" }.joined(separator: ", ")
        return try await texts("SELECT concat_ws('/', \(values)) FROM events.event WHERE name = '\(name)'")
    }

    /// The texts of a statement's only column, sorted by Swift's order.
    private func texts(_ query: String) async throws -> [String] {
        let rows = try await storytime.database.read("SELECT found FROM (\(raw: query)) AS query (found)")
        return try rows.map { try $0["found"] as String }.sorted()
    }
}
