import EventDelivery
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// Which events get which positions, whatever transactions do.
@Suite(.timeLimit(.minutes(1))) struct SequencerTests {
    @Test func `commits out of order lose nothing and wait for nobody`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a", "b"])
            try await Writer.with(stage) { slow in
                try await Writer.with(stage) { fast in
                    try await slow.begin()
                    try await slow.record("a")
                    try await fast.record("b")
                    #expect(try await stage.place() == 1)
                    try await slow.commit()
                    #expect(try await stage.place() == 1)
                }
            }
            #expect(try await stage.logged() == ["b-1", "a-1"])
            #expect(try await stage.log().map(\.position) == [1, 2])
        }
    }

    @Test func `an open write transaction holds up nobody, and is named`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a", "b"])
            try await Writer.with(stage) { straggler in
                try await straggler.begin()
                try await straggler.writeElsewhere()
                let pid = Int(try await straggler.run("SELECT pg_backend_pid()")[0][0] ?? "")
                for _ in 1...5 { try await Writer.with(stage) { try await $0.record("a") } }
                #expect(try await stage.place() == 5)
                let open = try await stage.operations.status(openFor: .zero).openTransactions
                #expect(open.map(\.pid) == [pid])
                #expect(open.first?.state == "idle in transaction")
                #expect(open.first?.application.hasSuffix("/writer") == true)
                try await straggler.record("b")
                try await straggler.commit()
            }
            #expect(try await stage.place() == 1)
            #expect(try await stage.logged().last == "b-1")
            #expect(try await stage.operations.status(openFor: .zero).openTransactions.isEmpty)
        }
    }

    @Test func `whoever waits for an open write transaction is named, however indirectly`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a"])
            try await Writer.with(stage) { first in
                try await first.begin()
                _ = try await first.lock("a")
                async let second: Void = Writer.with(stage) { try await $0.record("a") }
                async let third: Void = Writer.with(stage) { try await $0.record("a") }
                try await eventually {
                    let open = try await stage.operations.status(openFor: .zero).openTransactions
                    let waiting = open.first?.waiting ?? []
                    return waiting.count == 2 && waiting.allSatisfy { $0.hasSuffix("/writer)") }
                }
                try await first.commit()
                _ = try await (second, third)
            }
            #expect(try await stage.operations.status(openFor: .zero).openTransactions.isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `an early transaction number does not invert a key`(placedBetween: Bool) async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a"])
            try await Writer.with(stage) { early in
                try await early.begin()
                try await early.writeElsewhere()
                try await Writer.with(stage) { try await $0.record("a") }
                if placedBetween { try await stage.place() }
                try await early.record("a")
                try await early.commit()
            }
            try await stage.place()
            #expect(try await stage.logged() == ["a-1", "a-2"])
        }
    }

    @Test func `what was rolled back, also to a savepoint, gets no position`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a", "b"])
            try await Writer.with(stage) { writer in
                try await writer.begin()
                try await writer.record("a")
                try await writer.run("SAVEPOINT s")
                try await writer.record("b")
                try await writer.run("ROLLBACK TO s")
                try await writer.run("SAVEPOINT t")
                try await writer.record("b")
                try await writer.run("RELEASE t")
                try await writer.commit()
                try await writer.begin()
                try await writer.record("a")
                try await writer.run("ROLLBACK")
            }
            #expect(try await stage.place() == 2)
            #expect(try await stage.logged() == ["a-1", "b-1"])
            #expect(try await stage.log().map(\.position) == [1, 2])
        }
    }

    @Test(.enabled("max_prepared_transactions is 0 here") { try await allowsPreparedTransactions() })
    func `a prepared transaction comes when it is committed`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a", "b"])
            try await Writer.with(stage) { writer in
                try await writer.begin()
                try await writer.record("a")
                try await writer.run("PREPARE TRANSACTION 'later'")
                try await writer.record("b")
                #expect(try await stage.place() == 1)
                let open = try await stage.operations.status(openFor: .zero).openTransactions
                #expect(open.map(\.application) == ["later"])
                #expect(open.map(\.state) == ["prepared"])
                try await writer.run("COMMIT PREPARED 'later'")
            }
            #expect(try await stage.place() == 1)
            #expect(try await stage.logged() == ["b-1", "a-1"])
        }
    }

    @Test func `a backlog is placed batch by batch, in order, while others commit`() async throws {
        try await Stage.run { stage in
            let subjects = ["a", "b", "c"]
            try await stage.addSubjects(subjects)
            try await Writer.with(stage) { open in
                try await open.begin()
                try await open.record("c")
                try await Writer.with(stage) { writer in
                    for number in 0..<20 { try await writer.record(subjects[number % 2]) }
                    let sequencer = Sequencer(stage.database, limit: 7)
                    #expect(try await sequencer.tick().events.count == 7)
                    #expect(try await stage.operations.status().unplaced == 13)
                    // Inserted before what waits, committed after it: it comes when the goal is reached.
                    try await open.commit()
                    try await writer.record("a")
                    #expect(try await stage.operations.status().unplaced == 15)
                    #expect(try await stage.place(atMost: 7) == 15)
                }
            }
            #expect(try await stage.log().map(\.position) == Array(1...22))
            #expect(try await stage.book().violations(in: stage.log().map(\.seq)) == [])
            #expect(try await stage.operations.status().unplaced == 0)
            #expect(try await stage.place() == 0)
        }
    }

    @Test func `a backlog of exactly one batch does not hold up what follows`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(["a"])
            try await Writer.with(stage) { writer in
                for _ in 1...6 { try await writer.record("a") }
                #expect(try await stage.place(atMost: 3) == 6)
                for _ in 1...2 { try await writer.record("a") }
                #expect(try await stage.place(atMost: 3) == 2)
            }
            #expect(try await stage.log().map(\.position) == Array(1...8))
        }
    }

    @Test func `a thousand events of one transaction keep their order`() async throws {
        try await Stage.run { stage in
            try await stage.database.transaction { tx in
                for number in 1...1_000 { try stage.outbox.recorder.record(Ping(subject: "a", number: number), in: tx) }
            }
            #expect(try await stage.place() == 1_000)
            #expect(try await stage.logged() == (1...1_000).map { "a-\($0)" })
        }
    }
}

/// True when the test cluster lets transactions be prepared.
func allowsPreparedTransactions() async throws -> Bool {
    try await Stage.run { stage in
        try await stage.database.read("SELECT current_setting('max_prepared_transactions')::bigint AS value")
            .first.map { try $0["value"] as Int } ?? 0
    } > 0
}
