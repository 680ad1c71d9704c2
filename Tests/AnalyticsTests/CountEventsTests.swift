import AuthEvents
import EventDelivery
import EventFaults
import EventOutbox
import Events
import FoundationEssentials
import Identifiers
import Logging
import Origin
import Postgres
import TestSupport
import Testing
import Web

@testable import Analytics

@Suite(.timeLimit(.minutes(5))) struct CountEventsTests {
    /// Days without a time zone's doubt: 2026-03-01 begins at this moment in UTC.
    private static let midnight = Date(timeIntervalSince1970: 1_772_323_200)

    private func event(_ position: Int, _ name: EventName, secondsAfterMidnight: Double = 0) -> EventEnvelope {
        EventEnvelope(
            id: .v7(),
            position: position,
            name: name,
            version: 1,
            key: OrderingKey("test", "1"),
            payload: [],
            origin: Origin(),
            recordedAt: Self.midnight.addingTimeInterval(secondsAfterMidnight)
        )
    }

    private func count(_ batches: [[EventEnvelope]], _ database: Database) async throws {
        for batch in batches {
            try await database.transaction { tx in try await CountEvents.count(batch, in: tx) }
        }
    }

    private func counts(
        _ database: Database,
        from: String = "2026-02-28",
        to: String = "2026-03-02"
    ) async throws -> [String] {
        try await AnalyticsService(database: database).counts(from: from, to: to).data
            .map { "\($0.day) \($0.name) \($0.count)" }
    }

    @Test func `events are counted by name and UTC day`() async throws {
        try await withMigratedDatabase { database in
            let events = [
                event(1, "a.b", secondsAfterMidnight: -0.001), event(2, "a.b"), event(3, "a.c"), event(4, "a.b"),
                event(5, "a.b", secondsAfterMidnight: 86_399.999), event(6, "a.b", secondsAfterMidnight: 86_400),
            ]
            try await count([events], database)
            #expect(
                try await counts(database) == [
                    "2026-02-28 a.b 1", "2026-03-01 a.b 3", "2026-03-01 a.c 1", "2026-03-02 a.b 1",
                ]
            )
        }
    }

    @Test func `any order, overlap and repetition ends in the same counts`() async throws {
        let names: [EventName] = ["a.a", "a.b", "a.c"]
        let events = (1...10_000).map { event($0, names[$0 % 3]) }
        for seed in 1...3 {
            try await withMigratedDatabase { database in
                var random = Dice(seed: UInt64(seed))
                var batches: [[EventEnvelope]] = []
                for copy in [events, events, events.filter { $0.position % 7 == 0 }] {
                    let shuffled = copy.shuffled(using: &random)
                    batches += stride(from: 0, to: shuffled.count, by: 700).map {
                        Array(shuffled[$0..<min($0 + 700, shuffled.count)])
                    }
                }
                try await count(batches.shuffled(using: &random), database)
                #expect(
                    try await counts(database) == [
                        "2026-03-01 a.a 3333", "2026-03-01 a.b 3334", "2026-03-01 a.c 3333",
                    ]
                )
            }
        }
    }

    @Test func `a batch may name one event twice`() async throws {
        try await withMigratedDatabase { database in
            try await count([[event(4096, "a.b"), event(4096, "a.b"), event(4095, "a.b")]], database)
            #expect(try await counts(database) == ["2026-03-01 a.b 2"])
        }
    }

    @Test func `live traffic and a replay at the same time count together`() async throws {
        try await withMigratedDatabase { database in
            let events = (1...5000).map { event($0, $0 % 2 == 0 ? "a.b" : "a.c") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for chunk in [250, 333, 500, 1000] {
                    group.addTask {
                        for start in stride(from: 0, to: events.count, by: chunk) {
                            let batch = Array(events[start..<min(start + chunk, events.count)])
                            try await database.transaction { tx in try await CountEvents.count(batch, in: tx) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await counts(database) == ["2026-03-01 a.b 2500", "2026-03-01 a.c 2500"])
        }
    }

    @Test func `the outbox's events are counted once, also after a replay`() async throws {
        try await withMigratedDatabase { database in
            let outbox = Outbox(database)
            let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
            let listeners = AnalyticsModule(database: database).listeners
            try await database.transaction { tx in
                for _ in 1...25 {
                    try outbox.recorder.record(UserRegistered(user: .new()), in: tx)
                    try outbox.recorder.record(EmailVerified(user: .new()), in: tx)
                }
            }
            for _ in 1...3 {
                _ = try await OutboxDelivery(outbox, listeners: listeners, logger: silent).drain()
                try await database.transaction { tx in
                    try await tx.execute("UPDATE events.cursor SET position = 0")
                }
            }
            let rows = try await database.read("SELECT (now() AT TIME ZONE 'UTC')::date::text AS day")
            let today: String = try rows[0]["day"]
            #expect(
                try await counts(database, from: today, to: today) == [
                    "\(today) auth.email-verified 25", "\(today) auth.user-registered 25",
                ]
            )
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct AnalyticsRangeTests {
    @Test(arguments: [("2026-03-02", "2026-03-01"), ("2026-01-01", "2026-04-03"), ("2026-02-30", "2026-03-01")])
    func `a range that is empty, too long or no range is refused`(from: String, to: String) async throws {
        try await withMigratedDatabase { database in
            let problem = await #expect(throws: Problem.self) {
                try await AnalyticsService(database: database).counts(from: from, to: to)
            }
            #expect(problem?.code == .validationFailed)
        }
    }

    @Test func `the longest range is answered`() async throws {
        try await withMigratedDatabase { database in
            let counts = try await AnalyticsService(database: database).counts(from: "2026-01-01", to: "2026-04-02")
            #expect(counts.data.isEmpty)
        }
    }

    @Test func `only administrators may ask`() async throws {
        try await withMigratedDatabase { database in
            let endpoints = AnalyticsModule(database: database).endpoints.endpoints
            #expect(endpoints.map(\.path) == ["/v1/admin/analytics/events"])
            #expect(endpoints.allSatisfy { $0.access == .administrator })
        }
    }
}
