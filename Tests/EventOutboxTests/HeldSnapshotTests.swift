import EventDelivery
import Events
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// A transaction that is open for long keeps every dead row version alive. The event path makes none.
@Suite(.timeLimit(.minutes(5))) struct HeldSnapshotTests {
    private static let lock: Statement = """
        WITH claimed AS MATERIALIZED (
            SELECT c.id, c.position FROM events.claim c WHERE c.listener = 'tests.write' AND c.lane = 0
            FOR UPDATE OF c SKIP LOCKED)
        SELECT coalesce(events.newest_move(id), position) FROM claimed
        """

    @Test func `thousands of batches under a held snapshot leave tables small and lanes as cheap`() async throws {
        try await Stage.run { stage in
            let listener = writer(lanes: 1)
            let upkeep = stage.upkeep(100_000) {
                $0.age = .seconds(3_600)
                $0.foldBytes = 64 << 10
            }
            try await stage.deliver(to: listener)
            try await Writer.with(stage) { holder in
                try await holder.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
                try await holder.writeElsewhere()
                var costs: [(lane: Int, tick: Int, bytes: Int)] = []
                for round in 1...4 {
                    for batch in 1...500 { try await stage.batch(listener, round * 500 + batch) }
                    try await upkeep.once()
                    costs.append(try await stage.costs(Self.lock))
                }
                #expect(costs.allSatisfy { $0.bytes < 512 << 10 }, "\(costs)")
                #expect(costs[3].lane <= costs[0].lane + 4, "\(costs)")
                // Descents of indexes vary by some pages; what the rounds left behind are hundreds.
                #expect(costs[3].tick <= costs[0].tick + 40, "\(costs)")
                try await holder.commit()
            }
            let status = try await stage.operations(listener).status()
            #expect(status.isSettled && status.head == 2_000)
            #expect(try await stage.effects().count == 2_000)
        }
    }

    @Test func `where a lane stands is found by its key, before and after it is folded`() async throws {
        try await Stage.run { stage in
            let listener = writer(lanes: 1)
            try await stage.deliver(to: listener)
            try await stage.database.transaction { tx in
                _ = try await tx.execute(
                    "INSERT INTO events.move (claim, position) SELECT id, n FROM events.claim, generate_series(1, 20000) AS n"
                )
            }
            let plan = try await stage.explain(Self.lock)
            #expect(plan.buffers < 40, "\(plan.buffers) pages")
            #expect(try await stage.scalar("SELECT position AS value FROM events.cursor") == 20_000)
            try await stage.upkeep(10) { $0.foldBytes = 0 }.store.fold()
            #expect(try await stage.scalar("SELECT position AS value FROM events.cursor") == 20_000)
            #expect(try await stage.scalar("SELECT count(*) AS value FROM events.move") == 0)
            #expect(try await stage.scalar("SELECT pg_relation_size('events.move') AS value") == 0)
        }
    }

    @Test func `folding waits for nobody, and a lane at work is not disturbed`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: writer(lanes: 1))
            let store = stage.upkeep(10) { $0.foldBytes = 0 }.store
            try await Writer.with(stage) { lane in
                try await lane.begin()
                try await lane.run("SELECT FROM events.claim FOR UPDATE")
                try await store.fold()
                let moves: Int = try await stage.scalar("SELECT count(*) AS value FROM events.move")
                #expect(moves > 0, "it was put off")
                try await lane.run("INSERT INTO events.move (claim, position) SELECT id, 7 FROM events.claim")
                try await lane.commit()
            }
            try await store.fold()
            #expect(try await stage.scalar("SELECT count(*) AS value FROM events.move") == 0)
            #expect(try await stage.scalar("SELECT position AS value FROM events.cursor") == 7)
        }
    }

    @Test func `a lane taken just after another node has moved it stands where that left it`() async throws {
        try await Stage.run { stage in
            let listener = writer(lanes: 1)
            try await stage.record("a", 1...3)
            try await stage.deliver(to: listener)
            let lane = Lane(listener: listener.name, index: 0, count: 1)
            try await Writer.with(stage) { other in
                try await other.begin()
                try await other.run("SELECT FROM events.claim FOR UPDATE")
                try await other.run("INSERT INTO events.move (claim, position) SELECT id, 9 FROM events.claim")
                // One statement, whose snapshot is taken before the other node commits.
                async let seen: Int = stage.database.transaction(PartitionStore.options) { tx in
                    try await tx.query(
                        """
                        WITH claimed AS MATERIALIZED (SELECT id, position FROM events.claim FOR UPDATE)
                        SELECT coalesce(events.newest_move(id), position) AS position FROM claimed
                        """
                    )[0]["position"]
                }
                try await eventually {
                    try await stage.scalar(
                        """
                        SELECT count(*) > 0 AS value FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """
                    )
                }
                try await other.commit()
                #expect(try await seen == 9)
            }
            let cursor = try await stage.database.transaction { tx in
                try await LaneStore.lock(lane, hears: listener.hears, in: tx)?.position
            }
            #expect(cursor == 9)
        }
    }

    @Test func `batches are folded to one a minute, and the newest stays`() async throws {
        try await Stage.run { stage in
            try await stage.record("a", 1...5)
            try await stage.place()
            try await stage.database.transaction { tx in
                try await tx.execute(
                    """
                    INSERT INTO events.tick (position, snapshot, at)
                    SELECT 100 + n, pg_current_snapshot(), now() - interval '2 hours' + n * interval '1 second'
                    FROM generate_series(1, 600) AS n
                    """
                )
                try await tx.query("SELECT events.fold_ticks('1 day')")
            }
            let count: Int = try await stage.scalar("SELECT count(*) AS value FROM events.tick")
            #expect((10...13).contains(count))
            #expect(try await stage.scalar("SELECT max(position) AS value FROM events.tick") == 700)
        }
    }
}

extension Stage {
    /// Records, places and delivers one event.
    fileprivate func batch(_ listener: Listener, _ number: Int) async throws {
        try await record(Ping(subject: "a", number: number))
        _ = try await Sequencer(database).tick()
        let bus = EventBus(listeners: [])
        await bus.reset(to: try await CursorStore(database: database).head())
        let runner = LaneRunner(database: database, bus: bus, configuration: OutboxConfiguration())
        _ = try await runner.run(listener, Lane(listener: listener.name, index: 0, count: 1))
    }

    /// Pages that a lane's lock and an idle batch of the sequencer look at, and the size of what grows with batches.
    fileprivate func costs(_ lock: Statement) async throws -> (lane: Int, tick: Int, bytes: Int) {
        let floor: Int = try await scalar("SELECT \(raw: Sequencer.floor) AS value")
        return (
            try await explain(lock).buffers,
            try await explain(Sequencer.place(atMost: 100, from: floor), after: Sequencer(database).enter()).buffers,
            try await scalar(
                """
                SELECT (pg_total_relation_size('events.claim') + pg_total_relation_size('events.move')
                        + pg_total_relation_size('events.tick')) AS value
                """
            )
        )
    }
}
