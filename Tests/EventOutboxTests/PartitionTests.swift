import EventDelivery
import Events
import Foundation
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// Events and log in pieces: nobody notices, and nothing gets dearer with their number.
@Suite(.timeLimit(.minutes(2))) struct PartitionTests {
    @Test func `events go over the edges of partitions in order`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 10)
            let upkeep = stage.upkeep(10) { $0.age = .seconds(3_600) }
            for start in stride(from: 1, through: 120, by: 15) {
                try await stage.record("a", start...start + 14)
                try await upkeep.store.extend()
                #expect(try await stage.place(atMost: 7) == 15)
                try await upkeep.once()
            }
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == (1...120).map { "a-\($0)" })
            #expect(try await stage.book().violations(in: stage.log().map(\.seq)) == [])
            #expect(try await stage.leaves().count >= 14)
        }
    }

    @Test func `the sequencer's statement looks at the same few partitions, be there two or a hundred`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 10)
            let upkeep = stage.upkeep(10) { $0.age = .seconds(3_600) }
            var costs: [(partitions: Int, buffers: Int, locks: Int)] = []
            for last in [20, 1_000] {
                let known: Int = try await stage.scalar("SELECT count(*) AS value FROM events.event")
                for start in stride(from: known + 1, through: last, by: 10) {
                    try await stage.record("a", start...start + 9)
                    try await stage.place()
                    try await upkeep.store.extend()
                }
                try await upkeep.once()
                try await stage.database.command("VACUUM events.partition")
                try await stage.record("a", last + 1...last + 5)
                let floor: Int = try await stage.scalar("SELECT \(raw: Sequencer.floor) AS value")
                #expect(floor == last + 1)
                let place = Sequencer.place(atMost: 100, from: floor)
                let plan = try await stage.explain(place, after: Sequencer(stage.database).enter())
                #expect(plan.partitions("event_").subtracting(["event_seq_seq"]) == ["event_\(floor)"])
                costs.append((try await stage.leaves().count, plan.buffers, try await stage.locks(of: place)))
                try await stage.place()
            }
            #expect(costs[0].partitions < 6 && costs[1].partitions > 100)
            #expect(costs[1].buffers <= costs[0].buffers + 20, "\(costs)")
            #expect(costs[1].locks <= costs[0].locks + 20, "\(costs)")
        }
    }

    @Test func `a page of the log is read by keys, however full the tables are`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 500)
            let upkeep = stage.upkeep(500) { $0.age = .seconds(3_600) }
            var costs: [Int] = []
            let page: Statement = "SELECT * FROM events.page(100, 5100, 4, 1, '{tests.ping}', 50)"
            for last in [500, 5_000] {
                let known: Int = try await stage.scalar("SELECT count(*) AS value FROM events.event")
                for start in stride(from: known + 1, through: last, by: 500) {
                    for offset in stride(from: 0, to: 500, by: 50) {
                        let first = start + offset
                        try await stage.database.transaction { tx in
                            for number in first..<first + 50 {
                                try stage.outbox.recorder.record(Ping(subject: "s\(number)", number: 1), in: tx)
                            }
                        }
                    }
                    try await upkeep.store.extend()
                    try await stage.place()
                }
                // The cheapest of several: the others may have read the catalogue, as after an autovacuum.
                var buffers = Int.max
                for _ in 0..<5 { buffers = min(buffers, try await stage.explain(page).buffers) }
                costs.append(buffers)
            }
            #expect(costs[1] <= costs[0] + 60, "\(costs)")
        }
    }

    @Test func `a partition is sealed when no open transaction can add to it and all of it is placed`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 10, ahead: 4)
            try await stage.addSubjects(["a", "b"])
            let store = stage.upkeep(10).store
            func floor() async throws -> Int { try await stage.scalar("SELECT \(raw: Sequencer.floor) AS value") }
            func sealAll() async throws -> Int {
                try await store.extend()
                try await store.close()
                return try await store.seal()
            }
            try await Writer.with(stage) { straggler in
                try await straggler.begin()
                try await straggler.record("b")
                try await stage.record("a", 1...25)
                #expect(try await stage.place() == 25)
                #expect(try await sealAll() == 0)
                #expect(try await floor() == 1)
                try await straggler.commit()
            }
            #expect(try await sealAll() == 1, "the straggler's event is in the first, and has no position yet")
            #expect(try await floor() == 1)
            #expect(try await stage.place() == 1)
            #expect(try await sealAll() == 1)
            #expect(try await floor() == 21)
            #expect(try await stage.book().violations(in: stage.log().map(\.seq)) == [])
        }
    }

    @Test(.enabled("max_prepared_transactions is 0 here") { try await allowsPreparedTransactions() })
    func `a prepared transaction keeps a partition open, too`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 10)
            try await stage.addSubjects(["b"])
            let store = stage.upkeep(10).store
            try await Writer.with(stage) { writer in
                try await writer.begin()
                try await writer.record("b")
                try await stage.record("a", 1...15)
                try await stage.place()
                try await store.close()
                try await writer.run("PREPARE TRANSACTION 'partition'")
                #expect(try await store.seal() == 0)
                try await writer.run("COMMIT PREPARED 'partition'")
            }
            try await stage.place()
            #expect(try await store.seal() == 1)
        }
    }

    @Test func `a partition that is not full ends by age, and the next one begins`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 1_000)
            try await stage.record("a", 1...3)
            try await stage.upkeep(1_000).store.endByAge()
            try await stage.record("a", 4...4)
            try await stage.upkeep(1_000) { $0.partitionAge = .zero }.store.endByAge()
            try await stage.record("a", 5...6)
            try await stage.place()
            try await stage.upkeep(1_000) { $0.age = .seconds(3_600) }.once()
            let seqs = try await stage.log().map(\.seq)
            #expect(seqs == [1, 2, 3, 4, 1_001, 1_002])
            #expect(try await stage.scalar("SELECT \(raw: Sequencer.floor) AS value") == 1_001)
            #expect(try await stage.logged() == (1...6).map { "a-\($0)" })
        }
    }

    @Test func `a process whose floor is above that of the database looks again from there`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 10)
            let sequencer = Sequencer(stage.database)
            try await stage.record("a", 1...15)
            _ = try await sequencer.tick()
            try await stage.upkeep(10) { $0.age = .seconds(3_600) }.once()
            _ = try await sequencer.tick()
            try await stage.database.transaction { tx in
                _ = try await tx.execute("UPDATE events.partition SET sealed_at = NULL, closed_at = NULL")
            }
            try await stage.record("a", 16...16)
            try await stage.database.transaction { tx in
                for table in ["log", "tick"] {
                    _ = try await tx.execute("DELETE FROM events.\(raw: table) WHERE position > 4")
                }
                _ = try await tx.execute("UPDATE events.tick SET snapshot = '3:3:'")
                _ = try await tx.execute("DELETE FROM events.event WHERE seq BETWEEN 1 AND 4")
                _ = try await tx.execute(
                    "INSERT INTO events.tick (position, snapshot) VALUES (4, '3:3:') ON CONFLICT DO NOTHING"
                )
            }
            #expect(try await sequencer.tick().events.map(\.position) == Array(5...16))
        }
    }

    @Test func `an event is found by its identifier in any partition`() async throws {
        try await Stage.run { stage in
            try await stage.split(into: 5, ahead: 4)
            for start in stride(from: 1, through: 20, by: 5) {
                try await stage.record("a", start...start + 4)
                try await stage.upkeep(5).store.extend()
            }
            try await stage.place()
            let rows = try await stage.database.read("SELECT id FROM events.event ORDER BY seq")
            let ids = try rows.map { try $0["id"] as UUID }
            for (index, id) in ids.enumerated() {
                #expect(try await stage.operations.show(id.uuidString).event.position == index + 1)
            }
            let plan = try await stage.explain("SELECT * FROM events.event WHERE id = '\(raw: ids[7].uuidString)'")
            #expect(!plan.kinds.contains("Seq Scan") || plan.buffers < 60)
        }
    }
}

extension Stage {
    /// How many locks the sequencer's statement takes.
    fileprivate func locks(of place: Statement) async throws -> Int {
        try await database.transaction(PartitionStore.options) { tx in
            tx.send(Sequencer(database).enter())
            _ = try await tx.query(place)
            let rows = try await tx.query("SELECT count(*) AS value FROM pg_locks WHERE pid = pg_backend_pid()")
            return try rows[0]["value"]
        }
    }
}
