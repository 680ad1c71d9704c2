import EventDelivery
import EventOutbox
import Foundation
import Identifiers
import Logging
import Postgres
import Synchronization
import TestSupport
import Web

@testable import Stories

/// A seeded catalogue, one family that moves through time as the test says, and a log of what was announced.
struct Stage: Sendable {
    let database: Database
    let outbox: Outbox
    let family: TestFamily
    let configuration: StoriesConfiguration

    static func run(
        timeZone: String = "UTC",
        storiesPerDay: Int = 100,
        _ body: @Sendable (Stage) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            var configuration = StoriesConfiguration()
            configuration.storiesPerDayWithoutPlan = storiesPerDay
            let stage = Stage(
                database: database,
                outbox: Outbox(database),
                family: TestFamily(timeZone: timeZone),
                configuration: configuration
            )
            try await stage.module.seed()
            try await body(stage)
        }
    }

    /// The same catalogue, used by another family.
    func with(_ family: TestFamily) -> Stage {
        Stage(database: database, outbox: outbox, family: family, configuration: configuration)
    }

    var module: StoriesModule {
        StoriesModule(
            database: database,
            events: outbox.recorder,
            kids: family.directory,
            configuration: configuration,
            clock: family.clock
        )
    }

    var catalogue: CatalogueRepository { CatalogueRepository(database: database) }

    var reading: ReadingService {
        ReadingService(
            database: database,
            events: outbox.recorder,
            kids: family.directory,
            configuration: configuration,
            clock: family.clock
        )
    }

    /// The catalogue's stories in the order of its file.
    func stories() throws -> [StoryID] { try Catalogue.embedded().stories.map(\.id) }

    @discardableResult
    func advance(_ story: StoryID, to percent: Int = 10, seconds: Int = 60, kid: KidID? = nil) async throws -> Reading {
        try await reading.advance(
            kid ?? family.kid,
            of: family.parent,
            in: story,
            by: ReadingStep(percent: percent, seconds: seconds)
        )
    }

    @discardableResult
    func complete(_ story: StoryID, seconds: Int = 0) async throws -> Completion {
        try await reading.complete(family.kid, of: family.parent, story: story, seconds: seconds)
    }

    func announced() async throws -> Int {
        let rows = try await database.read(
            "SELECT count(*) AS count FROM events.event WHERE name = 'stories.story-completed'"
        )
        return try rows[0]["count"]
    }

    func change(_ statement: Statement) async throws {
        _ = try await database.transaction { tx in try await tx.execute(statement) }
    }
}

/// A parent with children, and what time it is for them.
final class TestFamily: Sendable {
    let parent = UserID.new()
    let kids = [KidID.new(), KidID.new()]
    private let timeZone: String
    private let moment = Mutex<Date?>(nil)

    init(timeZone: String) { self.timeZone = timeZone }

    var kid: KidID { kids[0] }

    var directory: KidDirectory {
        KidDirectory { [kids, parent, timeZone] kid, asking in
            kids.contains(kid) && asking == parent ? KidDirectory.Family(timeZone: timeZone) : nil
        }
    }

    var clock: @Sendable () -> Date { { self.moment.withLock { $0 } ?? Date() } }

    /// Sets the clock, as in `2026-03-01T09:30:00Z`.
    func wake(at text: String) throws {
        let date = try Date(text, strategy: .iso8601)
        moment.withLock { $0 = date }
    }
}
