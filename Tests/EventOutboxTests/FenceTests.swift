import EventDelivery
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// A node that believes to lead and does not any more writes nothing.
@Suite(.timeLimit(.minutes(1))) struct FenceTests {
    @Test func `a batch of an older fence is not written`() async throws {
        try await Stage.run { stage in
            let sequencer = Sequencer(stage.database)
            let (old, new) = (stage.leases(), stage.leases())
            let before = try #require(try await old.take(listeningAs: nil))
            try await stage.record(Ping(subject: "a", number: 1))
            #expect(try await sequencer.tick(under: before).events.count == 1)

            try await stage.expireLease()
            let after = try #require(try await new.take(listeningAs: nil))
            try await stage.record(Ping(subject: "a", number: 2))
            await #expect(throws: Sequencer.Refused.self) { try await sequencer.tick(under: before) }
            #expect(try await stage.logged() == ["a-1"])
            #expect(try await stage.operations.status().unplaced == 1)
            #expect(try await sequencer.tick(under: after).events.count == 1)
            #expect(try await stage.logged() == ["a-1", "a-2"])
        }
    }

    @Test func `a batch of an older fence does not end a batch that was cut short either`() async throws {
        try await Stage.run { stage in
            let sequencer = Sequencer(stage.database, limit: 2)
            let before = try #require(try await stage.leases().take(listeningAs: nil))
            for number in 1...4 { try await stage.record(Ping(subject: "a", number: number)) }
            #expect(try await sequencer.tick(under: before).isPartial)
            try await stage.expireLease()
            let after = try #require(try await stage.leases().take(listeningAs: nil))
            let ticks: Statement = "SELECT t::text AS tick FROM events.tick t ORDER BY position"
            let untouched: [String] = try await stage.database.read(ticks).map { try $0["tick"] }
            await #expect(throws: Sequencer.Refused.self) { try await sequencer.tick(under: before) }
            #expect(try await stage.database.read(ticks).map { try $0["tick"] } == untouched)
            #expect(try await sequencer.tick(under: after).events.count == 2)
        }
    }

    /// The order of things is made by a lock: the batch begins under the old fence and sees the log only under the new.
    @Test func `a batch that is paused while the lease changes hands is refused when it goes on`() async throws {
        try await Stage.run { stage in
            let before = try #require(try await stage.leases().take(listeningAs: nil))
            try await stage.record(Ping(subject: "a", number: 1))
            try await Writer.with(stage) { other in
                try await other.begin()
                try await other.run("SELECT pg_advisory_xact_lock(\(Sequencer.lock))")
                let paused = Task { try await Sequencer(stage.database).tick(under: before) }
                try await stage.waitForLock()
                try await other.run("UPDATE events.lease SET fence = fence + 1, holder = gen_random_uuid()")
                try await other.commit()
                await #expect(throws: Sequencer.Refused.self) { try await paused.value }
            }
            #expect(try await stage.logged().isEmpty)
        }
    }

    /// The body that does not go on stands for a process that is frozen between the batch and its COMMIT.
    @Test func `a holder that is frozen in the middle of a batch holds nobody up, and writes nothing later`()
        async throws
    {
        try await Stage.run { stage in
            let before = try #require(try await stage.leases().take(listeningAs: nil))
            try await stage.record(Ping(subject: "a", number: 1))
            let (placed, thaw) = (Latch(1), Latch(1))
            let frozen = Task {
                let sequencer = Sequencer(stage.database, patience: .milliseconds(100))
                try await stage.database.transaction { tx in
                    tx.send(sequencer.enter(under: before))
                    let rows = try await tx.query(Sequencer.place(atMost: 10))
                    #expect(rows.count == 2)
                    placed.arrive()
                    await thaw.wait()
                }
            }
            await placed.wait()
            try await stage.expireLease()
            let after = try #require(try await stage.leases().take(listeningAs: nil))
            thaw.arrive()
            await #expect(throws: DatabaseError.self) { try await frozen.value }
            #expect(try await stage.logged().isEmpty)
            #expect(try await Sequencer(stage.database).tick(under: after).events.count == 1)
            #expect(try await stage.log().map(\.position) == [1])
        }
    }

    @Test func `a batch tells other nodes, and only when it has placed something`() async throws {
        try await Stage.run { stage in
            let alone = NodeStore(database: stage.database, node: NodeIdentity())
            try await alone.beat()
            let leases = LeaseStore(
                database: stage.database,
                node: alone.node,
                timing: LeaseTiming(length: .seconds(30), renewal: .seconds(10))
            )
            let fence = try #require(try await leases.take(listeningAs: nil))
            #expect(try await stage.told(under: fence) == nil)
            try await stage.record(Ping(subject: "a", number: 1))
            #expect(try await stage.told(under: fence) == nil, "nobody else is there")
            try await NodeStore(database: stage.database, node: NodeIdentity(roles: [.http])).beat()
            try await stage.record(Ping(subject: "a", number: 2))
            #expect(try await stage.told(under: fence) == true)
            #expect(try await stage.told(under: fence) == nil, "nothing is new")
        }
    }
}

extension Stage {
    /// Waits until somebody waits for the sequencer's lock.
    fileprivate func waitForLock() async throws {
        try await eventually {
            try await database.read(
                """
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            ).count == 1
        }
    }

    /// Makes one batch and says whether others were told of it.
    fileprivate func told(under fence: Int) async throws -> Bool? {
        try await database.transaction { tx in
            tx.send(Sequencer(database).enter(under: fence))
            return try await tx.query(Sequencer.place(atMost: 10)).last.flatMap { try $0["is_told"] }
        }
    }
}
