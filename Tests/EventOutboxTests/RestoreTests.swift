import Postgres
import Testing

@testable import EventOutbox

/// A database that came from another cluster: its transaction numbers mean nothing here.
@Suite(.timeLimit(.minutes(1))) struct RestoreTests {
    /// A way in which a restored database differs from the cluster it is in.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: [Statement]
    }

    private static let futureEvents: Statement = """
        UPDATE events.event SET xid = (xid::text::bigint + 1000000000)::text::xid8
        """
    private static let futureTick: Statement = """
        UPDATE events.tick SET snapshot = format('%s:%s:', 2000000000, 2000000000)::pg_snapshot
        WHERE position = (SELECT max(position) FROM events.tick)
        """
    private static let otherCluster: Statement = "UPDATE events.cluster SET system_identifier = 1"

    static let damages = [
        Damage(testDescription: "from a busier cluster", statements: [futureEvents, futureTick, otherCluster]),
        Damage(testDescription: "only the last batch is from the future", statements: [futureTick]),
        Damage(testDescription: "only events are from the future", statements: [futureEvents]),
        Damage(testDescription: "from a cluster with smaller numbers", statements: [otherCluster]),
    ]

    @Test(arguments: damages)
    func `sequencing stops, says so, and goes on after a restamp`(damage: Damage) async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 1))
            try await stage.deliver(to: writer())
            try await stage.record(Ping(subject: "a", number: 2), Ping(subject: "b", number: 2))
            for statement in damage.statements {
                try await stage.database.transaction { tx in _ = try await tx.query(statement) }
            }
            try await stage.record(Ping(subject: "a", number: 3))
            await #expect(throws: OutboxError.self) { try await stage.deliver(to: writer()) }
            let status = try await stage.operations.status()
            #expect(status.stopped?.contains("storytime outbox restamp") == true)
            #expect(!status.isSettled)

            let placedAnew = try await stage.operations.restamp(by: Operator(name: "ops", reason: "restored"))
            #expect(placedAnew == 3)
            #expect(try await stage.operations.status().stopped == nil)
            #expect(try await stage.operations.status().unplaced == 3)
            try await stage.record(Ping(subject: "b", number: 3))
            try await stage.deliver(to: writer())
            #expect(try await stage.effects().sorted() == ["a-1", "a-2", "a-3", "b-1", "b-2", "b-3"])
            #expect(try await stage.book().violations(in: stage.log().map(\.seq)) == [])
        }
    }

    @Test func `a transaction that is open during a restamp is not lost`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a", "b"])
            try await Writer.with(stage) { early in
                try await early.begin()
                try await early.writeElsewhere()
                try await Writer.with(stage) { writer in
                    try await writer.record("a")
                    try await stage.place()
                    try await writer.record("a")
                    #expect(try await stage.operations.restamp(by: Operator(name: "ops", reason: "test")) == 1)
                    try await writer.record("a")
                    #expect(try await stage.place() == 2)
                }
                try await early.record("b")
                try await early.commit()
            }
            #expect(try await stage.place() == 1)
            #expect(try await stage.logged() == ["a-1", "a-2", "a-3", "b-1"])
        }
    }

    @Test func `a restamp in the middle of a backlog doubles nothing`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a"])
            try await Writer.with(stage) { writer in
                for _ in 1...10 { try await writer.record("a") }
            }
            _ = try await Sequencer(stage.database, limit: 4).tick()
            #expect(try await stage.operations.restamp(by: Operator(name: "ops", reason: "test")) == 6)
            #expect(try await stage.place(atMost: 4) == 6)
            #expect(try await stage.logged() == (1...10).map { "a-\($0)" })
        }
    }

    @Test func `a log that has gone back in time is begun anew`() async throws {
        try await Stage.run { stage in
            let delivery = stage.delivery([writer()])
            try await stage.record(Ping(subject: "a", number: 1))
            _ = try await delivery.drain()
            try await stage.database.transaction { tx in
                try await tx.execute("DELETE FROM events.log")
                try await tx.execute("DELETE FROM events.tick WHERE position > 0")
                try await tx.execute("DELETE FROM events.event")
                try await tx.execute("DELETE FROM events.move")
                try await tx.execute("UPDATE events.claim SET position = 0")
            }
            try await stage.record(Ping(subject: "b", number: 1))
            #expect(try await delivery.drain() == 1)
            #expect(try await stage.effects() == ["a-1", "b-1"])
        }
    }
}
