public import Events
public import Jobs
import Postgres
import StrictJSON

/// What came of something: the events that were recorded and the jobs that were enqueued, in order. What became of
/// tables, ``Scenario/rows(_:)`` tells.
public struct Effects: Sendable {
    /// The stored names of the events.
    public let events: [EventName]
    /// The kinds of the jobs.
    public let jobs: [String]
    private let eventPayloads: [[UInt8]]
    private let jobPayloads: [[UInt8]]

    /// True when nothing was recorded and nothing enqueued.
    public var isEmpty: Bool { events.isEmpty && jobs.isEmpty }

    /// The recorded events of one type.
    public func events<Event: DomainEvent>(of _: Event.Type) throws -> [Event] {
        try zip(events, eventPayloads).filter { $0.0 == Event.name }.map { try JSON(parsing: $0.1).decode() }
    }

    /// The payloads of the enqueued jobs of one kind.
    public func jobs<Payload: JobPayload>(of _: Payload.Type) throws -> [Payload] {
        try zip(jobs, jobPayloads).filter { $0.0 == Payload.kind }.map { try JSON(parsing: $0.1).decode() }
    }

    static func read(from database: Database, since before: Baseline) async throws -> Effects {
        let events = try await database.read(
            "SELECT name, payload FROM events.event ORDER BY seq OFFSET \(before.events)"
        )
        let jobs = try await database.read(
            "SELECT kind, payload FROM jobs.job WHERE NOT id::text = ANY (\(before.jobs)) ORDER BY created_at, id"
        )
        return Effects(
            events: try events.map { EventName(rawValue: try $0["name"]) },
            jobs: try jobs.map { try $0["kind"] },
            eventPayloads: try events.map { try ($0["payload"] as RawJSON).utf8 },
            jobPayloads: try jobs.map { try ($0["payload"] as RawJSON).utf8 }
        )
    }
}

/// What there was before.
struct Baseline: Sendable {
    var events: Int
    let jobs: [String]

    static func read(_ database: Database) async throws -> Baseline {
        let jobs = try await database.read("SELECT id::text AS id FROM jobs.job")
        let events = try await database.read("SELECT count(*) AS events FROM events.event")
        return Baseline(events: try events[0]["events"], jobs: try jobs.map { try $0["id"] })
    }

    func adding(_ count: Int) -> Baseline { Baseline(events: events + count, jobs: jobs) }
}
