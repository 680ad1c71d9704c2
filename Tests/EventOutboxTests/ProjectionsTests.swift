import EventDelivery
import Events
import Foundation
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

@Suite(.timeLimit(.minutes(2))) struct ProjectionsTests {
    /// Announces a pong for each ping.
    private static func echo(_ outbox: Outbox) -> Listener {
        Listener.transactional("tests.echo", from: .beginning) {
            Reaction.on(Ping.self) { delivered, tx in
                try outbox.recorder.record(
                    Pong(subject: "answer", number: delivered.event.number),
                    in: tx
                )
            }
        }
    }

    private static let hearPong = Listener.transactional("other.hear-pong", from: .beginning) {
        Reaction.on(Pong.self) { delivered, tx in
            tx.send(
                "INSERT INTO effect (listener, subject, number) VALUES ('pong', 'answer', \(delivered.event.number))"
            )
        }
    }

    @Test func `a write is named by what its transactions have committed and by nothing else`() async throws {
        try await Stage.run { stage in
            let (result, writes) = await CommittedWrites.collect { () async -> Result<Void, any Error> in
                do {
                    try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 1))
                    try await stage.database.transaction { tx in tx.send("SELECT 1") }
                    try await stage.record(Ping(subject: "c", number: 1))
                    try await stage.database.transaction { tx in
                        try stage.outbox.recorder.record(Ping(subject: "d", number: 1), in: tx)
                        throw Refusal()
                    }
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            #expect(throws: Refusal.self) { try result.get() }
            let stored: [UUID] = try await stage.database.read(
                "SELECT id FROM events.event WHERE key IN ('subject:b', 'subject:c') ORDER BY seq"
            ).map { try $0["id"] }
            #expect(writes == stored)
            // Nobody collects here.
            try await stage.record(Ping(subject: "e", number: 1))
        }
    }

    @Test func `it is fresh once every event of the write is handled, whatever its key`() async throws {
        try await Stage.run { stage in
            let listener = writer()
            let projections = Projections(stage.outbox, listeners: [listener])
            try await stage.deliver(to: listener)
            let write = try await stage.write(
                Ping(subject: "a", number: 1),
                Ping(subject: "b", number: 1),
                Ping(subject: "c", number: 1)
            )
            #expect(await projections.now(write, "tests.write") == .stale(behind: 3))
            // Committed after, handled before or after: it does not matter.
            try await stage.record(Ping(subject: "d", number: 1))
            try await stage.deliver(to: listener)
            #expect(await projections.now(write, "tests.write").isFresh)
            #expect(try await stage.effects().count == 4)
        }
    }

    @Test func `what a write has set in motion is waited for, step by step`() async throws {
        try await Stage.run { stage in
            let echo = Self.echo(stage.outbox)
            let all = [echo, Self.hearPong]
            let projections = Projections(stage.outbox, listeners: all)
            _ = try await stage.delivery(all).drain()
            let write = try await stage.write(Ping(subject: "a", number: 1))
            #expect(await projections.now(write, "other.hear-pong") == .stale(behind: 1))
            try await stage.deliver(to: echo)
            // The ping is done with, the pong has only been announced.
            #expect(await projections.now(write, "tests.echo").isFresh)
            #expect(await projections.now(write, "other.hear-pong") == .stale(behind: 1))
            _ = try await stage.delivery(all).drain()
            #expect(await projections.now(write, "other.hear-pong").isFresh)
        }
    }

    @Test func `an event that failed is not taken in, although the cursor has passed it`() async throws {
        try await Stage.run { stage in
            let works = Counter()
            let listener = writer(retry: .exponential(attempts: 1)) { $0.subject == "bad" && works.count == 0 }
            let projections = Projections(stage.outbox, listeners: [listener])
            let bad = try await stage.write(Ping(subject: "bad", number: 1))
            let good = try await stage.write(Ping(subject: "good", number: 1))
            try await stage.deliver(to: listener)
            #expect(try await stage.deviations() == ["dead subject:bad 1"])
            #expect(await projections.now(bad, "tests.write") == .stale(behind: 1))
            #expect(await projections.now(good, "tests.write").isFresh)
            try await stage.database.transaction { $0.send("UPDATE events.deviation SET state = 'skipped'") }
            #expect(await projections.now(bad, "tests.write").isFresh)
        }
    }

    @Test func `nobody waits for what is none of a listener's business`() async throws {
        try await Stage.run { stage in
            let listener = writer()
            let projections = Projections(stage.outbox, listeners: [listener, Self.hearPong])
            _ = try await stage.delivery([listener, Self.hearPong]).drain()
            let write = try await stage.write(Pong(subject: "a", number: 1))
            #expect(await projections.now(write, "other.hear-pong") == .stale(behind: 1))
            // The writer's cursors are behind, too, with nothing for them in between.
            #expect(await projections.now(write, "tests.write").isFresh)
        }
    }

    @Test func `what does not exist is said, not waited for`() async throws {
        try await Stage.run { stage in
            let listener = writer()
            let projections = Projections(stage.outbox, listeners: [listener])
            let write = try await stage.write(Ping(subject: "a", number: 1))
            // No program with this listener has ever run on this database.
            #expect(await projections.now(write, "tests.write") == .stale(behind: 1))
            #expect(
                await projections.wait(for: write + [UUID()], in: ["tests.write"], atMost: .seconds(3_600)) == .unknown
            )
        }
    }

    @Test func `waiting ends as soon as a lane of this process or of another has moved`() async throws {
        try await Stage.run { stage in
            let listener = writer()
            try await Node.run(1, on: stage, listeners: { _ in [listener] }) { nodes in
                for outbox in [nodes[0].outbox, stage.outbox] {
                    let projections = Projections(outbox, listeners: [listener])
                    let write = try await stage.write(Ping(subject: "a", number: 1))
                    let standing = await projections.wait(for: write, in: ["tests.write"], atMost: .seconds(3_600))
                    #expect(standing.isFresh)
                }
            }
        }
    }

    @Test func `progress wakes those who wait for that listener, and forgets those who have gone`() async throws {
        let progress = LaneProgress()
        let loop = try TestDatabase.loop
        let (one, other) = (Wake(on: loop), Wake(on: loop))
        let ticket = progress.add(one, for: ["a", "b"])
        _ = progress.add(other, for: ["c"])
        progress.moved("b")
        await one.wait(atMost: .seconds(3_600))
        progress.moved("c")
        await other.wait(atMost: .seconds(3_600))
        progress.remove(ticket)
        progress.moved("a")
        let start = ContinuousClock.now
        await one.wait(atMost: .milliseconds(20))
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }

    @Test func `a listener depends on those who may announce what it hears`() {
        func listener(_ name: String, hears ping: Bool) -> Listener {
            Listener.transactional(name) { ping ? Reaction.on(Ping.self) { _, _ in } : Reaction.onAll { _, _ in } }
        }
        let upstream = Upstream([
            listener("tests.first", hears: true), listener("other.second", hears: true),
            listener("other.all", hears: false),
            Listener.volatile("other.memory") { VolatileReaction.on(Ping.self) { _ in } },
        ])
        #expect(upstream.closure(of: ["tests.first"]) == ["tests.first"])
        #expect(upstream.closure(of: ["other.second"]) == ["tests.first", "other.second"])
        #expect(upstream.closure(of: ["other.all"]) == ["tests.first", "other.second", "other.all"])
        #expect(upstream.knows("other.all") && !upstream.knows("other.memory") && !upstream.knows("nobody"))
    }
}

extension Stage {
    /// Records events in one transaction and names it.
    fileprivate func write(_ events: any DomainEvent...) async throws -> [UUID] {
        let (result, writes) = await CommittedWrites.collect { () async -> Result<Void, any Error> in
            do {
                try await database.transaction { tx in for event in events { try outbox.recorder.record(event, in: tx) }
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        return writes
    }
}

extension Projections {
    /// How things stand, without waiting.
    fileprivate func now(_ write: [UUID], _ listener: String) async -> Standing {
        await wait(for: write, in: [listener], atMost: .zero)
    }
}

extension Projections.Standing {
    fileprivate var isFresh: Bool { if case .fresh = self { true } else { false } }
}
