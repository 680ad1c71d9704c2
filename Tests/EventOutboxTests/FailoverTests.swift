import EventDelivery
import Events
import Logging
import Migrations
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// The server crashes, or is replaced by a standby, or its content by a dump. Nothing is lost unseen.
@Suite(.timeLimit(.minutes(5)), .serialized) struct FailoverTests {
    @Test func `what a crash of the server undoes is done again`() async throws {
        try await Self.withCluster { cluster, stage in
            let delivery = stage.delivery([writer()])
            _ = try await delivery.drain()
            let crash = try await cluster.withoutBackgroundWriting(stage)
            try await stage.record("a", 1...3)
            #expect(try await delivery.drain() == 3)
            try await crash()
            #expect(try await stage.effects().isEmpty)
            #expect(try await stage.logged().isEmpty)
            // Another node may be the first to look.
            try await stage.record("b", 1...1)
            #expect(try await stage.place() == 4)
            #expect(try await delivery.drain() == 4)
            #expect(try await stage.effects() == ["a-1", "a-2", "a-3", "b-1"])
        }
    }

    @Test func `a position that leaves Postgres under a lease survives a crash`() async throws {
        try await Self.withCluster { cluster, stage in
            let relay = Listener.relay("relay.tests", of: nil, lanes: 1, retry: .standard, from: .beginning)
            let lanes = try await stage.delivery([relay]).leasedLanes(of: relay, LaneLeaseTerms())
            let lane = try #require(lanes.first)
            // It holds the lease already: only what it reads is new.
            _ = try await lane.begin(head: 0)
            let crash = try await cluster.withoutBackgroundWriting(stage)
            try await stage.record("a", 1...3)
            #expect(try await stage.place() == 3)
            guard case .batch(let batch) = try await lane.begin(head: 3) else { throw CancellationError() }
            #expect(batch.events.count == 3)
            try await crash()
            #expect(try await stage.logged() == (1...3).map { "a-\($0)" })
        }
    }

    @Test func `a node at work begins anew after a crash, without waiting for an event`() async throws {
        try await Self.withCluster { cluster, stage in
            let delivery = stage.delivery([writer()])
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await delivery.run() }
                try await eventually { delivery.lease?.fence != nil }
                let before = try await delivery.store.incarnation()
                let crash = try await cluster.withoutBackgroundWriting(stage)
                try await stage.record("a", 1...3)
                try await eventually { try await stage.effects().count == 3 }
                try await crash()
                try await eventually { try await delivery.store.incarnation() != before }
                try await eventually { try await stage.effects() == (1...3).map { "a-\($0)" } }
                try await stage.record("a", 4...4)
                try await eventually { try await stage.effects() == (1...4).map { "a-\($0)" } }
                group.cancelAll()
            }
            #expect(try await stage.logged() == (1...4).map { "a-\($0)" })
        }
    }

    @Test func `a standby that has everything goes on, and nobody has to do anything`() async throws {
        try await Self.withCluster { cluster, stage in
            let delivery = stage.delivery([writer()])
            try await stage.record("a", 1...3)
            #expect(try await delivery.drain() == 3)
            try await cluster.backUp()
            try await cluster.failOver()
            try await stage.reconnect()
            try await stage.record("a", 4...5)
            #expect(try await delivery.drain() == 2)
            #expect(try await stage.effects() == (1...5).map { "a-\($0)" })
            let status = try await stage.operations(writer()).status()
            #expect(status.stopped == nil && status.isSettled)
            #expect(try await stage.scalar("SELECT timeline AS value FROM events.cluster") == 2)
        }
    }

    @Test func `a standby that lacks the last events makes processes forget them, and loses nothing else`()
        async throws
    {
        try await Self.withCluster { cluster, stage in
            let old = stage.delivery([writer()])
            try await stage.record("a", 1...3)
            _ = try await old.drain()
            try await cluster.backUp()
            try await stage.record("lost", 4...6)
            #expect(try await old.drain() == 3)
            try await cluster.failOver()
            try await stage.reconnect()
            // By the time the old process looks again, other events have the positions that it remembers.
            try await stage.record("b", 1...5)
            #expect(try await stage.place() == 5)
            #expect(try await old.drain() == 5)
            #expect(try await stage.effects() == (1...3).map { "a-\($0)" } + (1...5).map { "b-\($0)" })
        }
    }

    @Test func `a dump in another cluster stops, and goes on after a restamp`() async throws {
        try await Self.withCluster { cluster, stage in
            try await stage.split(into: 10)
            try await stage.record("a", 1...12)
            try await stage.deliver(to: writer())
            try await stage.upkeep(10) { $0.age = .seconds(3_600) }.once()
            try await stage.record("a", 13...14)
            let other = try await PrivateCluster()
            do {
                try await cluster.dump(into: other)
                let copy = try Self.stage(other.configuration)
                try await copy.record("a", 15...15)
                await #expect { try await copy.deliver(to: writer()) } throws: { error in
                    if case OutboxError.clusterChanged = error { true } else { false }
                }
                #expect(try await copy.operations(writer()).status().stopped != nil)
                #expect(try await copy.operations.restamp(by: Operator(name: "ops", reason: "moved")) == 3)
                try await copy.record("a", 16...16)
                try await copy.deliver(to: writer())
                #expect(try await copy.effects() == (1...16).map { "a-\($0)" })
                try await copy.upkeep(10).once()
                #expect(try await copy.scalar("SELECT \(raw: Sequencer.floor) AS value") == 11)
                await copy.database.close()
            } catch {
                try await other.remove()
                throw error
            }
            try await other.remove()
        }
    }

    @Test func `a role that may not read the cluster's identifier works, with a warning`() async throws {
        try await Self.withCluster { cluster, stage in
            try await stage.database.transaction { tx in
                for statement in Self.weakRole { tx.send(statement) }
            }
            let url = cluster.url.replacing("storytime@", with: "weak@")
            let weak = try Self.stage(DatabaseConfiguration(url: url))
            try await weak.record("a", 1...2)
            try await weak.deliver(to: writer())
            #expect(try await stage.deviations() == [])
            let status = try await weak.operations(writer()).status()
            #expect(status.isSettled && status.stopped == nil)
            #expect(status.warnings.first?.contains("GRANT EXECUTE ON FUNCTION pg_control_system()") == true)
            #expect(try await stage.operations(writer()).status().warnings.isEmpty)
            await weak.database.close()
        }
    }

    private static let weakRole: [Statement] = [
        "CREATE ROLE weak LOGIN", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC",
        // The other role has a schema of its name, where it made the tables of this test.
        "ALTER ROLE weak SET search_path = storytime", "GRANT USAGE, CREATE ON SCHEMA events, storytime TO weak",
        "GRANT ALL ON ALL TABLES IN SCHEMA events, storytime TO weak",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA events, storytime TO weak",
    ]

    /// Lends a cluster of its own with an outbox.
    private static func withCluster(_ body: (PrivateCluster, Stage) async throws -> Void) async throws {
        let cluster = try await PrivateCluster()
        do {
            try await Migrator(try cluster.configuration, logger: Stage.quiet).up()
            let stage = try stage(try cluster.configuration)
            try await Stage.prepare(stage.database)
            try await body(cluster, stage)
            await stage.database.close()
        } catch {
            try await cluster.remove()
            throw error
        }
        try await cluster.remove()
    }

    private static func stage(_ configuration: DatabaseConfiguration) throws -> Stage {
        var configuration = configuration
        configuration.poolMinimum = 0
        let database = Database(configuration, on: try TestDatabase.loop, logger: Stage.quiet)
        return Stage(database: database, outbox: Outbox(database))
    }
}

extension Stage {
    /// Waits until the server answers both lanes again.
    fileprivate func reconnect() async throws {
        try await eventually {
            do {
                _ = try await database.read("SELECT 1 AS one")
                try await database.transaction { tx in _ = try await tx.query("SELECT 1 AS one") }
                return true
            } catch {
                return false
            }
        }
    }
}

extension PrivateCluster {
    /// From now on only a commit that waits for the disk writes the log, for itself and for all before it. The result
    /// crashes the server, which recovers by itself, and returns when it has.
    fileprivate func withoutBackgroundWriting(_ stage: Stage) async throws -> () async throws -> Void {
        let writer = try #require(try await Self.logWriter(stage.database))
        try await run(["kill", "-STOP", "\(writer)"])
        return {
            try await self.run(["kill", "-KILL", "\(writer)"])
            try await eventually {
                let current = try? await Self.logWriter(stage.database)
                return current != nil && current != writer
            }
            try await stage.reconnect()
        }
    }

    private static func logWriter(_ database: Database) async throws -> Int? {
        try await database.read("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'").first.map {
            try $0["pid"]
        }
    }
}
