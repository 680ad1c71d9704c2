import EventDelivery
import FoundationEssentials
import Identifiers
import Postgres
import StoryEvents
import Web

/// What children do with stories: begin, go on, finish, look at what is on their shelves.
struct ReadingService: Sendable {
    let database: Database
    let events: EventRecorder
    let kids: KidDirectory
    let configuration: StoriesConfiguration
    let clock: (@Sendable () -> Date)?

    private var repository: ReadingRepository { ReadingRepository(database: database) }

    /// Notes how far the child has come.
    ///
    /// The percentage never goes down; the seconds add up.
    func advance(_ kid: KidID, of parent: UserID, in story: StoryID, by step: ReadingStep) async throws -> Reading {
        let reader = try await reader(kid, of: parent)
        let now = clock?()
        return try await database.transaction { tx in
            if let reading = try await repository.advance(reader, in: story, by: step, at: now, in: tx) {
                return reading
            }
            try await begin(story, by: reader, at: now, in: tx)
            guard let reading = try await repository.advance(reader, in: story, by: step, at: now, in: tx) else {
                throw StoriesError.noSuchStory
            }
            return reading
        }
    }

    /// Finishes the story.
    ///
    /// Only the first time is announced, however many try at once.
    func complete(_ kid: KidID, of parent: UserID, story: StoryID, seconds: Int) async throws -> Completion {
        let reader = try await reader(kid, of: parent)
        let now = clock?()
        let step = ReadingStep(percent: 100, seconds: seconds)
        return try await database.transaction { tx in
            if let finish = try await repository.complete(reader, story, seconds: seconds, at: now, in: tx) {
                if finish.isBegun { try await countBegun(by: reader, at: now, in: tx) }
                try events.record(finish.event, in: tx)
                return Completion(reading: finish.reading, first: true)
            }
            guard let reading = try await repository.advance(reader, in: story, by: step, at: now, in: tx) else {
                throw StoriesError.noSuchStory
            }
            return Completion(reading: reading, first: false)
        }
    }

    /// What the child reads, or has read, latest first.
    func library(of kid: KidID, for parent: UserID, shelf: Shelf, paging: Paging) async throws -> Page<LibraryItem> {
        _ = try await reader(kid, of: parent)
        let position = try paging.cursor.map { try Cursor.decode($0) } ?? ShelfPosition.top
        let found = try await repository.library(of: kid, shelf: shelf, after: position, limit: paging.limit + 1)
        let page = try Page(found, limit: paging.limit) { ShelfPosition(readAt: $0.readAt, story: $0.story.id) }
        return page.sealed(by: paging)
    }

    /// Begins a story unless it is begun already.
    private func begin(_ story: StoryID, by reader: Reader, at now: Date?, in tx: borrowing Transaction) async throws {
        guard try await repository.begin(story, by: reader, at: now, in: tx) else { return }
        try await countBegun(by: reader, at: now, in: tx)
    }

    /// Takes one from the family's allowance of the day.
    ///
    /// The reading's row has decided who begins a story; the day's row decides how many may.
    private func countBegun(by reader: Reader, at now: Date?, in tx: borrowing Transaction) async throws {
        let withoutPlan = configuration.storiesPerDayWithoutPlan
        guard try await repository.take(for: reader, withoutPlan: withoutPlan, at: now, in: tx) else {
            throw try await repository.allowance(of: reader, withoutPlan: withoutPlan, at: now, in: tx).usedUp
        }
    }

    private func reader(_ kid: KidID, of parent: UserID) async throws -> Reader {
        guard let family = try await kids.family(of: kid, for: parent) else { throw StoriesError.noSuchKid }
        return Reader(kid: kid, parent: parent, timeZone: family.timeZone)
    }
}
