import EventDelivery
import Events
import Foundation
import Migrations
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// An outbox in use, as it was before events and log had partitions, becomes one that has them.
@Suite(.timeLimit(.minutes(2))) struct PartitionMigrationTests {
    /// Lends an outbox of that time: twelve events, ten with positions, in another order than they were recorded in. The
    /// listener's lanes stand at 6 and at 8, an event is dead, and a replay is half done.
    private static func withOldOutbox(_ body: (Stage) async throws -> Void) async throws {
        try await withDatabase { database in
            let old = Migrations.all.filter { $0.schema != "events" || $0.number < 6 }
            try await Migrator(database.configuration, migrations: old, logger: Stage.quiet).up()
            try await Stage.prepare(database)
            let stage = Stage(database: database, outbox: Outbox(database))
            try await stage.insert(1...10)
            try await stage.use()
            try await stage.insert(11...12)
            try await body(stage)
        }
    }

    @Test func `nothing is lost, positions and cursors stay, and delivery goes on`() async throws {
        try await Self.withOldOutbox { stage in
            let before = try await stage.content()
            try await stage.migrate()
            #expect(try await stage.content() == before)
            #expect(before["events.event"]?.count == 12 && before["events.log"]?.count == 10)

            let listener = writer(lanes: 2)
            try await stage.record(Ping(subject: "s0", number: 13))
            try await stage.deliver(to: listener)
            let heard = try await stage.effects()
            let rest = try await stage.expected(lanes: 2)
            #expect(heard.sorted() == rest.sorted() && rest.count > 3)
            #expect(try await stage.log().map(\.position) == Array(1...13))
            #expect(try await stage.log().map(\.seq).suffix(3) == [11, 12, 13])
            #expect(try await stage.deviations() == ["dead subject:dead 3"])
            let audit = try await stage.operations(listener).audit()
            #expect(audit.isClean, "\(audit.findings)")

            let open = try #require(try await stage.database.read("SELECT id FROM events.replay").first)
            try await stage.operations(listener).runReplay(try open["id"]) { _ in }
            #expect(try await stage.effects().count == heard.count + 6)
        }
    }

    @Test func `what was there is one partition, which is sealed and dropped like any other`() async throws {
        try await Self.withOldOutbox { stage in
            try await stage.migrate()
            #expect(try await stage.leaves().first == 1)
            #expect(try await stage.leaves("log").first == 1)
            let listener = writer(lanes: 2)
            try await stage.deliver(to: listener)
            try await stage.database.transaction { tx in
                _ = try await tx.execute("UPDATE events.deviation SET state = 'skipped'")
                _ = try await tx.execute("UPDATE events.replay SET finished_at = now()")
                _ = try await tx.query("SELECT setval('events.event_seq_seq', 1000000)")
            }
            #expect(try await stage.upkeep(1_000_000).once() == 1)
            #expect(try await stage.leaves().first == 1_000_001)
            try await stage.record("a", 1...1)
            try await stage.deliver(to: listener)
            #expect(try await stage.effects().last == "a-1")
        }
    }

    @Test func `who was allowed to read is so still`() async throws {
        try await Self.withOldOutbox { stage in
            try await stage.database.transaction { tx in
                tx.send("GRANT SELECT ON events.event, events.log, events.cursor TO PUBLIC")
            }
            try await stage.migrate()
            let rights = try await stage.database.read(
                """
                SELECT c.relname AS name FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.relnamespace = 'events'::regnamespace AND a.grantee = 0 AND a.privilege_type = 'SELECT'
                ORDER BY 1
                """
            )
            #expect(Set(try rights.map { try $0["name"] as String }).isSuperset(of: ["cursor", "event", "log"]))
        }
    }

    @Test func `a database that came from another cluster is still known for it`() async throws {
        try await Self.withOldOutbox { stage in
            try await stage.database.transaction { tx in
                _ = try await tx.execute("UPDATE events.cluster SET system_identifier = system_identifier - 1")
            }
            try await stage.migrate()
            await #expect(throws: OutboxError.self) { try await Sequencer(stage.database).tick() }
        }
    }
}

extension Stage {
    /// Two nodes start together with the program of today.
    fileprivate func migrate() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 1...2 {
                group.addTask { [database] in
                    try await Migrator(database.configuration, logger: Self.quiet).up().count
                }
            }
            var counts: [Int] = []
            for try await count in group { counts.append(count) }
            #expect(counts.sorted().first == 0 && counts.max() ?? 0 > 0)
        }
    }

    /// Records pings as the program of that time did.
    fileprivate func insert(_ numbers: ClosedRange<Int>) async throws {
        let subjects = ["s0", "s1", "s2", "dead"]
        let slots = subjects.map { OrderingKey("subject", $0).slot }
        try await database.transaction { tx in
            _ = try await tx.execute(
                """
                INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id, causation_id)
                SELECT gen_random_uuid(), 'tests.ping', 1, 'subject:' || s.name, s.slot,
                       jsonb_build_object('subject', s.name, 'number', n), gen_random_uuid(), gen_random_uuid()
                FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) AS n
                JOIN unnest(\(subjects), \(slots)) WITH ORDINALITY AS s (name, slot, number)
                  ON s.number = CASE n WHEN 10 THEN 4 ELSE n % 3 + 1 END
                """
            )
        }
    }

    /// Gives events their positions, and writes down a listener that has come some way.
    fileprivate func use() async throws {
        try await database.transaction { tx in
            tx.send(
                """
                INSERT INTO events.log
                SELECT row_number() OVER (ORDER BY key, seq), seq, name, slot FROM events.event
                """
            )
            tx.send("INSERT INTO events.tick (position, snapshot) VALUES (10, pg_current_snapshot())")
            tx.send(
                "INSERT INTO events.listener (name, lanes, hears, starts_after) VALUES ('tests.write', 2, '{tests.ping}', 0)"
            )
            tx.send(
                "INSERT INTO events.cursor (listener, lane, position) VALUES ('tests.write', 0, 6), ('tests.write', 1, 8)"
            )
            tx.send(
                """
                INSERT INTO events.deviation (listener, position, lane, key, state, attempts)
                SELECT 'tests.write', l.position, l.slot % 2, e.key, 'dead', 3
                FROM events.log l JOIN events.event e USING (seq) WHERE e.key = 'subject:dead'
                """
            )
            tx.send("UPDATE events.cursor c SET deviations = 1 FROM events.deviation d WHERE d.lane = c.lane")
            tx.send(
                """
                INSERT INTO events.replay (id, listener, first, last, position, reason, requested_by)
                VALUES (gen_random_uuid(), 'tests.write', 1, 10, 4, 'test', 'ops')
                """
            )
        }
    }

    /// Every row of the tables that were made over, as text.
    fileprivate func content() async throws -> [String: [String]] {
        var content: [String: [String]] = [:]
        for table in ["event", "log", "tick", "deviation", "replay", "listener"] {
            content["events.\(table)"] = try await database.read(
                "SELECT to_jsonb(t)::text AS row FROM events.\(raw: table) t ORDER BY 1"
            ).map { try $0["row"] }
        }
        content["events.cursor"] = try await database.read(
            "SELECT (to_jsonb(c) - 'id')::text AS row FROM events.cursor c ORDER BY 1"
        ).map { try $0["row"] }
        return content
    }

    /// What the listener had still to hear, as `subject-number`; events of a key behind a dead one wait.
    fileprivate func expected(lanes: Int) async throws -> [String] {
        try await database.read(
            """
            SELECT payload->>'subject' || '-' || (payload->>'number') AS event
            FROM events.log l JOIN events.event e USING (seq)
            WHERE l.position > CASE l.slot % \(lanes) WHEN 0 THEN 6 ELSE 8 END
            """
        ).map { try $0["event"] }
    }
}
