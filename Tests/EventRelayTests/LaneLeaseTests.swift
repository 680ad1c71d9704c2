import EventDelivery
import Events
import Logging
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// Who hands a lane's events over when several nodes could.
@Suite(.timeLimit(.minutes(2))) struct LaneLeaseTests {
    @Test func `one node has a lane; another takes it when the lease is over, and the first cannot move the cursor`()
        async throws
    {
        try await RelayStage.run { stage in
            let (first, second) = (try await lane(stage), try await lane(stage))
            try await place(stage, 3)
            let batch = try await batch(first, head: 3)
            #expect(batch.events.count == 3)
            guard case .taken = try await second.begin(head: 3) else {
                Issue.record("two nodes have the lane")
                return
            }
            try await expire(stage)
            let taken = try await self.batch(second, head: 3)
            #expect(taken.lease.fence == batch.lease.fence + 1)
            #expect(taken.events.map(\.position) == [1, 2, 3])
            await #expect(throws: LaneLeaseLost.self) { try await first.finish(batch) }
            try await second.finish(taken)
            #expect(try await position(stage) == 3)
            guard case .taken = try await first.begin(head: 3) else {
                Issue.record("the lane was given back")
                return
            }
        }
    }

    @Test func `what was read from a server that was replaced meanwhile does not move the cursor of the next`()
        async throws
    {
        try await RelayStage.run { stage in
            let lane = try await lane(stage)
            try await place(stage, 2)
            let batch = try await batch(lane, head: 2)
            try await stage.database.transaction { tx in tx.send("INSERT INTO events.incarnation DEFAULT VALUES") }
            await #expect(throws: LaneLeaseLost.self) { try await lane.finish(batch) }
            #expect(try await self.batch(lane, head: 2).events.map(\.position) == [1, 2])
        }
    }

    @Test func `a lease that nobody else wanted is gone on with`() async throws {
        try await RelayStage.run { stage in
            let lane = try await lane(stage)
            try await place(stage, 2)
            let batch = try await batch(lane, head: 2)
            try await expire(stage)
            try await lane.finish(batch)
            #expect(try await self.batch(lane, head: 2).lease.fence == batch.lease.fence)
        }
    }

    @Test func `a lane that is given up is free at once, and says why`() async throws {
        try await RelayStage.run { stage in
            let (first, second) = (try await lane(stage), try await lane(stage))
            try await place(stage, 1)
            _ = try await batch(first, head: 1)
            try await first.release(because: "the broker is asleep")
            #expect(try await stage.status()?.failure == "the broker is asleep")
            try await second.finish(try await batch(second, head: 1))
            #expect(try await stage.status()?.failure == nil)
            try await second.release()
            #expect(try await batch(first, head: 1).isEmpty)
        }
    }

    @Test func `a listener that was divided meanwhile does not lose the events of its new lanes`() async throws {
        try await RelayStage.run { stage in
            let old = try await lane(stage)
            try await place(stage, 8)
            let batch = try await batch(old, head: 8)
            let new = try await lanes(stage, 4)
            #expect(new.count == 4)
            await #expect(throws: LaneLeaseLost.self) { try await old.finish(batch) }
            guard case .superseded = try await old.begin(head: 8) else {
                Issue.record("the old program goes on")
                return
            }
            var count = 0
            for lane in new {
                try await expire(stage)
                count += try await self.batch(lane, head: 8).events.count
            }
            #expect(count == 8)
        }
    }

    @Test func `an operator's pause stops it before the next batch`() async throws {
        try await RelayStage.run { stage in
            let lane = try await lane(stage)
            try await place(stage, 1)
            let batch = try await batch(lane, head: 1)
            try await stage.database.transaction { tx in
                tx.send("UPDATE events.listener SET paused_at = now(), paused_by = 'ada', pause_reason = 'tests'")
            }
            try await lane.finish(batch)
            guard case .paused = try await lane.begin(head: 1) else {
                Issue.record("it goes on")
                return
            }
        }
    }

    @Test func `a wave has one event of a key, and a failure holds back those behind it`() async throws {
        try await RelayStage.run { stage in
            let lane = try await lane(stage)
            try await stage.record((1...6).map { Told(story: "s\($0 % 2)", number: $0) })
            _ = try await Sequencer(stage.database).tick()
            let batch = try await batch(lane, head: 6)
            var waves: [[Int]] = []
            let failures = try await batch.handOver { events in
                waves.append(events.map(\.position))
                return events.map { $0.position == 3 ? HandOverFailure("no") : nil }
            }
            #expect(waves == [[1, 2], [3, 4], [6]])
            #expect(failures == [3: HandOverFailure("no")])
            #expect(batch.heldBack(by: failures).map(\.position) == [5])
            try await lane.finish(batch, failures: failures)
            #expect(try await stage.deviations() == ["story:s1 retrying", "story:s1 parked"])
            #expect(try await position(stage) == 6)
        }
    }

    @Test func `a key that an operator let go meanwhile does not get stuck`() async throws {
        try await RelayStage.run { stage in
            let lane = try await lane(stage)
            try await stage.record((1...2).map { Told(story: "a", number: $0) })
            _ = try await Sequencer(stage.database).tick()
            let first = try await batch(lane, head: 1)
            try await lane.finish(first, failures: [1: HandOverFailure("no", isPermanent: true)])
            #expect(try await stage.deviations() == ["story:a dead"])
            let second = try await batch(lane, head: 2)
            #expect(second.isEmpty && second.blocked.map(\.position) == [2])
            _ = try await OutboxOperations(stage.database, listeners: [])
                .discard(DeadLetterFilter(), by: Operator(name: "ada", reason: "tests"))
            try await lane.finish(second)
            let third = try await batch(lane, head: 2)
            #expect(third.due.map(\.envelope.position) == [2])
            try await lane.finish(third)
            #expect(try await stage.status()?.heldBack == 0)
        }
    }

    @Test func `who waits for its turn is in nobody's way`() async throws {
        try await RelayStage.run { stage in
            let (first, second) = (try await lane(stage), try await lane(stage))
            try await place(stage, 1)
            _ = try await batch(first, head: 1)
            try await Session.with(stage.database.configuration, role: "tests") { session in
                // Whatever the holder has locked, the other looks and goes.
                try await session.run(
                    "BEGIN; SELECT FROM events.lane_lease FOR UPDATE; SELECT FROM events.cursor FOR UPDATE"
                )
                guard case .taken = try await second.begin(head: 1) else {
                    Issue.record("two nodes have the lane")
                    return
                }
            }
        }
    }

    private func lane(_ stage: RelayStage) async throws -> LeasedLane { try #require(try await lanes(stage, 1).first) }

    private func lanes(_ stage: RelayStage, _ count: Int) async throws -> [LeasedLane] {
        let listener = Listener.relay("relay.tests", of: nil, lanes: count, retry: .standard, from: .beginning)
        let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        return try await OutboxDelivery(stage.outbox, listeners: [listener], logger: quiet)
            .leasedLanes(of: listener, LaneLeaseTerms())
    }

    private func batch(_ lane: LeasedLane, head: Int) async throws -> LeasedBatch {
        guard case .batch(let batch) = try await lane.begin(head: head) else { throw NoBatch() }
        return batch
    }

    private func place(_ stage: RelayStage, _ count: Int) async throws {
        try await stage.record((1...count).map { Told(story: "s\($0)", number: $0) })
        _ = try await Sequencer(stage.database).tick()
    }

    /// As time would.
    private func expire(_ stage: RelayStage) async throws {
        try await stage.database.transaction { tx in
            tx.send("UPDATE events.lane_lease SET expires_at = now() - interval '1 second'")
        }
    }

    private func position(_ stage: RelayStage) async throws -> Int {
        try await stage.database.read("SELECT min(position) AS position FROM events.cursor")[0]["position"]
    }

    private struct NoBatch: Error {}
}
