import EventDelivery
import Events
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventOutbox

/// A backlog is worked off at the same cost per event, however long it is. STORYTIME_TEST_BACKLOG makes it longer.
@Suite(.timeLimit(.minutes(10))) struct BacklogTests {
    private static let size =
        ProcessInfo.processInfo.environment["STORYTIME_TEST_BACKLOG"].flatMap { Int($0) } ?? 60_000

    @Test func `placing and reading cost the same per event, whatever the statistics know`() async throws {
        let small = try await Self.costs(backlog: 2_000)
        let large = try await Self.costs(backlog: Self.size)
        #expect(large.place <= small.place * 1.1 + 0.5, "pages an event, placing: \(small) and \(large)")
        #expect(large.read <= small.read * 1.1 + 0.5, "pages an event, reading: \(small) and \(large)")
    }

    @Test func `a backlog goes through memory in pieces`() async throws {
        try await Stage.run { stage in
            try await stage.backlog(Self.size)
            let count = Mutex(0)
            let largest = Mutex(0)
            let listener = Listener.transactional("tests.count", lanes: 2, from: .beginning) {
                Reaction.onBatch(of: Ping.self) { delivered, _ in
                    count.withLock { $0 += delivered.count }
                    largest.withLock { $0 = max($0, delivered.count) }
                }
            }
            let delivery = stage.delivery([listener])
            #expect(try await delivery.drain() == Self.size)
            #expect(count.withLock { $0 } == Self.size)
            #expect(largest.withLock { $0 } <= OutboxConfiguration().batch)
            #expect(await delivery.bus.events(after: Self.size - 16_385, limit: 1) == nil, "memory holds the tail only")
        }
    }

    /// Pages that are looked at for each event, in batches of a thousand from the first to the last.
    private static func costs(backlog: Int) async throws -> (place: Double, read: Double) {
        try await Stage.run { stage in
            try await stage.backlog(backlog)
            // Before the planner has heard of any of it, a session prepares what it will use; then the planner learns.
            var (place, read) = (0, 0)
            for _ in 0..<backlog / 1_000 {
                let enter = Sequencer(stage.database).enter()
                place += try await stage.explain(Sequencer.place(atMost: 1_000), after: enter, keep: true).buffers
            }
            try await stage.database.command("ANALYZE events.event, events.log")
            for start in stride(from: 0, to: backlog, by: 1_000) {
                let page: Statement = """
                    SELECT * FROM events.page(\(raw: "\(start)"), \(raw: "\(start + 1_000)"), 1, 0, '{tests.ping}', 1000)
                    """
                read += try await stage.explain(page).buffers
            }
            return (Double(place) / Double(backlog), Double(read) / Double(backlog))
        }
    }
}

extension Stage {
    /// Events of a thousand keys that nobody has looked at yet.
    fileprivate func backlog(_ count: Int) async throws {
        let slots = (0..<1_000).map { OrderingKey("subject", $0).slot }
        var options = TransactionOptions()
        options.statementTimeout = .seconds(300)
        try await database.transaction(options) { tx in
            try await tx.execute(
                """
                INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id)
                SELECT gen_random_uuid(), 'tests.ping', 1, 'subject:' || n % 1000, (\(slots))[n % 1000 + 1],
                       jsonb_build_object('subject', (n % 1000)::text, 'number', n), gen_random_uuid()
                FROM generate_series(1, \(count)) AS n
                """
            )
        }
    }
}
