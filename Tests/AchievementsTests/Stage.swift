import AchievementEvents
import EventDelivery
import EventOutbox
import Events
import FamilyEvents
import Foundation
import Identifiers
import Logging
import Postgres
import StoryEvents
import StrictJSON
import Synchronization
import TestSupport

@testable import Achievements

/// The module behind a real outbox, and what time it is.
struct Stage: Sendable {
    let database: Database
    let outbox: Outbox
    let clock = TestClock()

    static func run(_ body: @Sendable (Stage) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await body(Stage(database: database, outbox: Outbox(database)))
        }
    }

    var module: AchievementsModule {
        AchievementsModule(
            database: database,
            events: outbox.recorder,
            kids: KidOwnership { [database] kid, parent in
                try await database.read(
                    "SELECT FROM achievements.kid WHERE kid = \(kid) AND parent = \(parent)"
                ).count == 1
            },
            clock: { [clock] in clock.now }
        )
    }

    /// Announces these in one transaction and delivers everything.
    func announce(_ events: [any DomainEvent]) async throws {
        try await database.transaction { tx in
            for event in events { try outbox.recorder.record(event, in: tx) }
        }
        try await deliver()
    }

    func deliver() async throws {
        _ = try await OutboxDelivery(outbox, listeners: module.listeners, logger: Logger(label: "tests")).drain()
        let rows = try await database.read("SELECT error FROM events.deviation")
        for row in rows { throw Undelivered(error: try row["error"]) }
    }

    /// Delivers the whole log once more.
    func replay() async throws {
        try await database.transaction { tx in try await tx.query("UPDATE events.cursor SET position = 0") }
        try await deliver()
    }

    func achievements(of kid: KidID) async throws -> KidAchievements {
        try await AchievementsRepository(database: database).achievements(of: kid, at: clock.now)
    }

    /// What was announced of one type, in the order of the log.
    func announced<Event: DomainEvent>(_: Event.Type) async throws -> [Event] {
        try await database.read("SELECT payload FROM events.event WHERE name = \(Event.name.rawValue) ORDER BY seq").map
        {
            try JSON(parsing: ($0["payload"] as RawJSON).utf8).decode()
        }
    }
}

struct Undelivered: Error {
    let error: String?
}

/// A clock that stands still.
final class TestClock: Sendable {
    private let moment = Mutex(Date())

    var now: Date { moment.withLock { $0 } }

    func set(_ text: String) throws {
        let date = try Date(text, strategy: .iso8601)
        moment.withLock { $0 = date }
    }
}

/// A child whose family lives somewhere.
struct Child: Sendable {
    let id = KidID.new()
    let parent: UserID
    let timeZone: String

    init(of parent: UserID = .new(), in timeZone: String = "UTC") {
        self.parent = parent
        self.timeZone = timeZone
    }

    var created: KidCreated { KidCreated(kid: id, parent: parent, timeZone: timeZone) }

    /// Finishes a story at a moment such as `2026-03-01T09:30:00Z`.
    func completed(
        _ moment: String,
        story: StoryID = .new(),
        category: String = "courage"
    ) throws -> StoryCompleted {
        completed(try Date(moment, strategy: .iso8601), story: story, category: category)
    }

    func completed(_ moment: Date, story: StoryID = .new(), category: String = "courage") -> StoryCompleted {
        StoryCompleted(story: story, kid: id, parent: parent, category: category, seconds: 60, completedAt: moment)
    }

    /// A story a day, from a first day on.
    func completedDaily(from first: String, days: Int) throws -> [StoryCompleted] {
        let start = try Date(first, strategy: .iso8601)
        return (0..<days).map { completed(start.addingTimeInterval(Double($0) * 86_400)) }
    }
}
