import EventDelivery
import Events
import Postgres
import StrictJSON
import Testing

@testable import EventOutbox

/// A new program against the rows of an old one.
@Suite(.timeLimit(.minutes(1))) struct PreflightTests {
    private static let catalog = EventCatalog([Ping.self, Pong.self])

    @Test func `a program that agrees with the database is ready`() async throws {
        try await Stage.run { stage in
            try await stage.deliver(to: writer())
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 2))
            try await stage.place()
            try await stage.record(Ping(subject: "c", number: 3))
            let report = try await stage.operations(writer()).preflight(Self.catalog)
            #expect(report.isReady && report.notices == [] && report.events == 3 && report.head == 2)
        }
    }

    @Test func `payloads that it cannot read are counted by reason`() async throws {
        try await Stage.run { stage in
            try await stage.deliver(to: writer())
            for number in 1...4 { try await stage.record(Ping(subject: "a", number: number)) }
            try await stage.place()
            try await stage.change(
                """
                UPDATE events.event SET payload = '{"subject": "a"}' WHERE seq < 3;
                UPDATE events.event SET version = 9 WHERE seq = 3
                """
            )
            let report = try await stage.operations(writer()).preflight(Self.catalog)
            #expect(report.problems.map(\.kind) == ["undecodable", "undecodable"])
            #expect(report.problems.allSatisfy { $0.subject == "tests.ping" && $0.detail.contains("tests.write") })
            #expect(report.problems.contains { $0.detail.hasPrefix("2 of version 1, the first at position 1") })
            #expect(report.problems.contains { $0.detail.contains("versions up to 1") })
        }
    }

    @Test func `an event that nobody reads may be unknown`() async throws {
        try await Stage.run { stage in
            try await stage.deliver(to: writer())
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.change("UPDATE events.event SET name = 'tests.gone'")
            try await stage.place()
            let report = try await stage.operations(writer()).preflight(Self.catalog)
            #expect(report.isReady && report.notices.map(\.subject) == ["tests.gone"])
        }
    }

    @Test func `what is set aside is read too, however far the cursors are`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "a", number: 2))
            try await stage.deliver(to: writer(retry: .exponential(attempts: 1)) { $0.number == 1 })
            try await stage.change("UPDATE events.event SET payload = '[]'")
            let report = try await stage.operations(writer()).preflight(Self.catalog)
            #expect(report.events == 2 && report.problems.map(\.kind) == ["undecodable"])
        }
    }

    @Test func `what was edited is read as it was edited`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: writer(retry: .exponential(attempts: 1)) { _ in true })
            try await stage.change(
                """
                INSERT INTO events.edit (listener, position, version, payload, edited_by, reason)
                SELECT 'tests.write', 1, 1, payload, 'ops', 'mended' FROM events.event;
                UPDATE events.event SET payload = '[]'
                """
            )
            let report = try await stage.operations(writer()).preflight(Self.catalog)
            #expect(report.isReady && report.events == 1)
        }
    }

    @Test func `listeners that vanished, changed or are new are told`() async throws {
        try await Stage.run { stage in
            let pongs = Listener.transactional("tests.hears") { Reaction.on(Pong.self) { _, _ in } }
            let failing = writer("tests.unheard", retry: .exponential(attempts: 1)) { _ in true }
            try await stage.deliver(
                to: writer("tests.vanished"),
                writer("tests.lanes"),
                writer("tests.idle"),
                pongs,
                failing
            )
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: writer("tests.lanes"), writer("tests.idle"), pongs, failing)
            let report = try await stage.operations(
                writer("tests.lanes", lanes: 2),
                writer("tests.hears"),
                Listener.transactional("tests.unheard") { Reaction.on(Pong.self) { _, _ in } },
                writer("tests.new")
            ).preflight(Self.catalog)
            #expect(
                report.problems.map { "\($0.kind) \($0.subject)" } == [
                    "unheard tests.unheard", "vanished-listener tests.vanished",
                ]
            )
            let notices = Set(report.notices.map { "\($0.kind) \($0.subject)" })
            #expect(
                notices == [
                    "hears tests.hears", "hears tests.unheard", "lanes tests.lanes", "new-listener tests.new",
                    "unknown-listener tests.idle",
                ]
            )
        }
    }

    @Test func `a new projection has the whole log read`() async throws {
        try await Stage.run { stage in
            try await stage.deliver(to: writer())
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: writer())
            try await stage.change("UPDATE events.event SET payload = '7'; UPDATE events.cursor SET position = 1")
            #expect(try await stage.operations(writer()).preflight(Self.catalog).isReady)
            #expect(try await stage.operations(writer(), writer("tests.new")).preflight(Self.catalog).isReady == false)
        }
    }

    @Test func `another cluster is a problem of its own`() async throws {
        try await Stage.run { stage in
            try await stage.change("UPDATE events.cluster SET system_identifier = 1")
            let report = try await stage.operations(writer()).preflight(Self.catalog)
            #expect(report.problems.map(\.kind) == ["foreign-cluster"])
        }
    }
}
