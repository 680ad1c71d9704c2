import EventDelivery
import Events
import Postgres
import StrictJSON
import Testing

@testable import EventOutbox

/// A projection made anew from its events.
@Suite(.timeLimit(.minutes(1))) struct RebuildTests {
    @Test func `a projection that nobody has touched is what its events say`() async throws {
        try await Stage.run { stage in
            let listener = try await Self.fill(stage)
            let report = try await stage.operations(listener).rebuild("tests.project")
            #expect(report.isEqual && !report.isApplied && report.events == 8 && report.undeclared == [])
            #expect(report.announced == ["tests.pong": 8])
            #expect(report.tables.map(\.live) == [3] && report.tables.map(\.rebuilt) == [3])
            #expect(try await stage.rows() == ["s0-6", "s1-7", "s2-8"])
        }
    }

    @Test func `rows that were edited, added or lost are told apart, and rolled back`() async throws {
        try await Stage.run { stage in
            let listener = try await Self.fill(stage)
            try await Self.spoil(stage)
            let report = try await stage.operations(listener).rebuild("tests.project")
            let table = try #require(report.tables.first)
            #expect(!report.isEqual && table.surplus == 2 && table.missing == 2)
            #expect(table.surplusRows.map { $0["name"] } == ["made up", "s0"])
            #expect(table.missingRows.map { $0["name"] } == ["s0", "s1"])
            #expect(table.missingRows.first?["number"] == 6 && table.missingRows.first?["seen"] == nil)
            let short = try await stage.operations(listener).rebuild("tests.project", examples: 1)
            #expect(short.tables[0].surplus == 2 && short.tables[0].surplusRows.count == 1)
            #expect(try await stage.rows() == ["made up-1", "s0-5", "s2-8"])
        }
    }

    @Test func `an applied rebuild stays, and announces nothing again`() async throws {
        try await Stage.run { stage in
            let listener = try await Self.fill(stage)
            try await Self.spoil(stage)
            let operations = stage.operations(listener)
            let report = try await operations.rebuild(
                "tests.project",
                applying: Operator(name: "ops", reason: "edited by hand")
            )
            #expect(report.isApplied && !report.isEqual)
            #expect(try await stage.rows() == ["s0-6", "s1-7", "s2-8"])
            #expect(try await operations.rebuild("tests.project").isEqual)
            #expect(try await stage.place() == 0)
            #expect(try await operations.opsLog().map(\.verb) == ["rebuild"])
        }
    }

    @Test func `what waits and what is set aside is no difference`() async throws {
        try await Stage.run { stage in
            let listener = try await Self.fill(stage, fails: { $0.subject == "bad" })
            try await stage.record(Ping(subject: "bad", number: 9), Ping(subject: "bad", number: 10))
            try await stage.deliver(to: listener)
            try await stage.record(Ping(subject: "s0", number: 11))
            try await stage.place()
            let report = try await stage.operations(listener).rebuild("tests.project")
            #expect(report.isEqual && report.events == 8)
        }
    }

    @Test func `a listener that writes elsewhere is told so and not applied`() async throws {
        try await Stage.run { stage in
            let listener = try await Self.fill(stage, noting: true)
            let operations = stage.operations(listener)
            let report = try await operations.rebuild("tests.project")
            #expect(report.undeclared.map(\.inserted) == [8])
            await #expect(throws: RebuildRefusal.self) {
                try await operations.rebuild("tests.project", applying: Operator(name: "ops", reason: "r"))
            }
            await #expect(throws: RebuildRefusal.self) { try await stage.operations(writer()).rebuild("tests.write") }
            try await stage.change("DELETE FROM events.log WHERE position = 1")
            await #expect(throws: RebuildRefusal.self) { try await operations.rebuild("tests.project") }
        }
    }

    @Test func `the live listener waits, and both end at the same rows`() async throws {
        try await Stage.run { stage in
            let listener = try await Self.fill(stage)
            let operations = stage.operations(listener)
            for number in 20...60 { try await stage.record(Ping(subject: "s\(number % 3)", number: number)) }
            async let delivered = stage.deliver(to: listener)
            for _ in 1...5 {
                let report = try await operations.rebuild("tests.project")
                #expect(report.isEqual)
            }
            _ = try await delivered
            try await stage.deliver(to: listener)
            let report = try await operations.rebuild("tests.project")
            #expect(report.isEqual && report.events == 49)
        }
    }

    private static func fill(
        _ stage: Stage,
        noting: Bool = false,
        fails: @escaping @Sendable (Ping) -> Bool = { _ in false }
    ) async throws -> Listener {
        let schema: String = try await stage.database.read("SELECT current_schema() AS name")[0]["name"]
        try await stage.change(
            "CREATE TABLE latest (name text PRIMARY KEY, number bigint, seen timestamptz DEFAULT now())"
        )
        let recorder = stage.outbox.recorder
        let listener = Listener.transactional(
            "tests.project",
            retry: .exponential(attempts: 1),
            from: .beginning
        ) {
            Reaction.on(Ping.self) { delivered, tx in
                let ping = delivered.event
                try await tx.execute(
                    """
                    INSERT INTO latest (name, number) VALUES (\(ping.subject), \(ping.number))
                    ON CONFLICT (name) DO UPDATE SET number = excluded.number
                    """
                )
                if noting { try await tx.execute("INSERT INTO note DEFAULT VALUES") }
                try recorder.record(Pong(subject: ping.subject, number: ping.number), in: tx)
                if fails(ping) { throw Refusal() }
            }
        }.projecting(ProjectedTable("\(schema).latest", ignoring: "seen"))
        for number in 1...8 { try await stage.record(Ping(subject: "s\(number % 3)", number: number)) }
        try await stage.deliver(to: listener)
        return listener
    }

    private static func spoil(_ stage: Stage) async throws {
        try await stage.change(
            """
            UPDATE latest SET number = 5 WHERE name = 's0'; DELETE FROM latest WHERE name = 's1';
            INSERT INTO latest VALUES ('made up', 1)
            """
        )
    }
}

extension Stage {
    fileprivate func rows() async throws -> [String] {
        try await database.read("SELECT name || '-' || number AS row FROM latest ORDER BY name").map { try $0["row"] }
    }
}
