import EventDelivery
import Events
import Foundation
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// What goes, what stays, and that nobody is held up by it.
@Suite(.timeLimit(.minutes(2))) struct RetentionTests {
    /// Four whole partitions of ten events and a bit of a fifth, delivered to a listener.
    private static func fill(_ stage: Stage, for listener: Listener = writer()) async throws {
        try await stage.split(into: 10, ahead: 5)
        try await stage.deliver(to: listener)
        for start in stride(from: 1, through: 41, by: 10) { try await stage.record("a", start...start + 9) }
        try await stage.deliver(to: listener)
        #expect(try await stage.leaves().count >= 5)
    }

    @Test func `partitions go when every listener is past them, with those of the log`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            #expect(try await stage.upkeep(10).once() == 5)
            #expect(try await stage.leaves().first == 51)
            #expect(try await stage.leaves("log").first ?? 0 >= 41)
            #expect(try await stage.scalar("SELECT count(*) AS value FROM events.event") == 0)
            let audit = try await stage.operations(writer()).audit()
            #expect(audit.isClean, "\(audit.findings)")
            await #expect(throws: OutboxError.self) { try await stage.operations(writer()).show("7") }
            await #expect(throws: OutboxError.self) { try await stage.operations(writer()).explain("7") }
            try await stage.record("a", 51...53)
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == (1...53).map { "a-\($0)" })
            #expect(try await stage.operations(writer()).status().isSettled)
        }
    }

    @Test func `nothing goes before its age, unless there is too much of it`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            #expect(try await stage.upkeep(10) { $0.age = .seconds(3_600) }.once() == 0)
            var policy = stage.policy(10) { $0.age = .seconds(3_600) }
            policy.bytes = try await stage.bytes(from: 31)
            let tight = Upkeep(stage.database, policy, tail: 0, logger: Stage.quiet)
            #expect(try await tight.once() == 3)
            #expect(try await stage.leaves().first == 31)
        }
    }

    @Test func `a slow listener keeps what it needs, and is named`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            let slow = writer("tests.slow", lanes: 1)
            _ = try await CursorStore(database: stage.database).register(slow)
            try await stage.database.transaction { tx in
                _ = try await tx.execute("UPDATE events.cursor SET position = 14 WHERE listener = 'tests.slow'")
            }
            #expect(try await stage.upkeep(10).once() == 1)
            let policy = stage.policy(10) { $0.bytes = 1 << 40 }
            let status = try await stage.operations(writer(), slow).status(retention: policy)
            let holder = try #require(status.retention.slowest)
            #expect(holder.kind == "listener" && holder.name == "tests.slow")
            #expect(holder.position == 14 && holder.behind == 36)
            #expect(holder.since != nil && holder.holdsFrom != nil && holder.caughtUpAt == nil)
            #expect(holder.fullAt.map { $0 > Date() } == true && status.retention.bytesPerDay ?? 0 > 0)
            #expect(status.retention.room > 0 && status.retention.bytes > 0)
            try await stage.deliver(to: writer(), slow)
            #expect(try await stage.upkeep(10).once() == 4)
            #expect(try await stage.effects(of: "tests.slow") == (15...50).map { "a-\($0)" })
        }
    }

    @Test func `a dead event keeps its own partition and no other`() async throws {
        try await Stage.run { stage in
            let picky = writer(retry: .exponential(attempts: 1)) { $0.number == 15 }
            try await stage.split(into: 10, ahead: 5)
            for number in 1...40 { try await stage.record(Ping(subject: "s\(number)", number: number)) }
            try await stage.deliver(to: picky)
            #expect(try await stage.upkeep(10).once() == 3)
            #expect(try await stage.operations(picky).audit().isClean)
            #expect(try await stage.leaves().first == 11)
            #expect(try await stage.leaves()[1] == 41)
            #expect(try await stage.operations(picky).show("15").deliveries.map(\.state) == ["dead"])
            try await stage.database.transaction { tx in
                _ = try await tx.execute("UPDATE events.deviation SET state = 'skipped'")
            }
            #expect(try await stage.upkeep(10).once() == 1)
        }
    }

    @Test func `a replay keeps what it has still to do, and cannot begin with what is gone`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            let operations = stage.operations(writer())
            let plan = try await operations.planReplay(ReplayRequest(of: "tests.write", from: 12, to: 18))
            let id = try await operations.beginReplay(plan, by: Operator(name: "ops", reason: "test"))
            #expect(try await stage.upkeep(10).once() == 4)
            #expect(try await stage.leaves().first == 11)
            try await operations.runReplay(id) { _ in }
            #expect(try await stage.upkeep(10).once() == 1)
            await #expect(throws: OutboxError.self) {
                try await operations.planReplay(ReplayRequest(of: "tests.write", from: 12, to: 18))
            }
            await #expect(throws: OutboxError.self) {
                try await operations.beginReplay(plan, by: Operator(name: "ops", reason: "test"))
            }
        }
    }

    @Test func `open transactions delay a drop, and the drop delays nobody`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            try await stage.addSubjects(["b"])
            try await stage.upkeep(10) { $0.age = .seconds(3_600) }.once()
            try await Writer.with(stage) { producer in
                try await producer.begin()
                try await producer.record("b")
                try await withThrowingTaskGroup { group in
                    group.addTask { try await stage.upkeep(10).once() }
                    // It waits for the producer now; others must not wait for it.
                    try await eventually {
                        try await stage.scalar(
                            """
                            SELECT count(*) > 0 AS value FROM pg_stat_activity
                            WHERE datname = current_database() AND query LIKE '%DETACH%' AND wait_event_type = 'Lock'
                            """
                        )
                    }
                    try await Writer.with(stage) { other in
                        try await other.run("SET lock_timeout = '10ms'")
                        try await other.insert("c", 1)
                        try await other.run("SELECT count(*) FROM events.event")
                    }
                    #expect(try await group.next() == 0, "it gives up after a while, half done")
                }
                try await producer.commit()
            }
            #expect(try await stage.operations(writer()).status().retention.dropping == 5)
            #expect(try await stage.upkeep(10).once() == 5)
            #expect(try await stage.leaves().first == 51)
            try await stage.deliver(to: writer())
            #expect(try await stage.effects().count == 52)
        }
    }

    @Test func `a new listener begins with what is kept`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            try await stage.record("a", 51...55)
            try await stage.deliver(to: writer())
            try await stage.upkeep(10).once()
            try await stage.deliver(to: writer(), writer("tests.new"))
            #expect(try await stage.effects(of: "tests.new") == (51...55).map { "a-\($0)" })
        }
    }
}

extension Stage {
    /// How much the partitions take that begin with a number or later.
    fileprivate func bytes(from first: Int) async throws -> Int {
        try await scalar(
            """
            SELECT sum(pg_total_relation_size(events.leaf('event', first)))::bigint AS value FROM events.partition
            WHERE parent = 'event' AND first >= \(first)
            """
        )
    }
}
