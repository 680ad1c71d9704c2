import EventDelivery
import Events
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import EventOutbox

/// Beginnings, redefinitions and ends of listeners.
@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
    @Test func `a new listener begins now or at the beginning`() async throws {
        try await Stage.run { stage in
            func counting(_ name: String, _ start: Listener.Start) -> Listener {
                Listener.transactional(name, from: start) {
                    Reaction.on(Ping.self) { delivered, tx in
                        let ping = delivered.event
                        try await tx.execute(
                            "INSERT INTO effect (listener, subject, number) VALUES (\(name), 'x', \(ping.number))"
                        )
                    }
                }
            }
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: counting("tests.old", .beginning))
            let listeners = [counting("tests.now", .now), counting("tests.all", .beginning)]
            _ = try await stage.delivery(listeners).drain()
            try await stage.record(Ping(subject: "a", number: 2))
            _ = try await stage.delivery(listeners).drain()
            #expect(try await stage.effects(of: "tests.now") == ["x-2"])
            #expect(try await stage.effects(of: "tests.all") == ["x-1", "x-2"])
        }
    }

    @Test func `lanes are divided anew when all stand at one place`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 1))
            try await stage.deliver(to: writer(lanes: 2))
            try await stage.record(Ping(subject: "a", number: 2), Ping(subject: "b", number: 2))
            try await stage.deliver(to: writer(lanes: 5))
            try await stage.record(Ping(subject: "a", number: 3), Ping(subject: "b", number: 3))
            try await stage.deliver(to: writer(lanes: 1))
            #expect(try await stage.effects().sorted() == ["a-1", "a-2", "a-3", "b-1", "b-2", "b-3"])
            let lanes = try await stage.database.read("SELECT count(*) AS lanes FROM events.cursor")
            #expect(try lanes[0]["lanes"] as Int == 1)
        }
    }

    @Test func `lanes stay as they are while something is held back`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "a", number: 2))
            try await stage.deliver(to: writer(lanes: 2) { $0.number == 1 })
            try await stage.record(Ping(subject: "a", number: 3), Ping(subject: "b", number: 1))
            try await stage.deliver(to: writer(lanes: 3))
            #expect(try await stage.effects() == ["b-1"])
            #expect(try await stage.operations.listenerStatus().first?.lanes == 2)
        }
    }

    /// Redefinitions that would make an older program skip events or handle them twice.
    static let redefinitions: [@Sendable () -> Listener] = [
        { writer(lanes: 2) }, { writer(lanes: 8) },
        {
            Listener.transactional("tests.write", lanes: 4, from: .beginning) {
                Reaction.on(Ping.self) { _, _ in }
                Reaction.on(Pong.self) { _, _ in }
            }
        },
    ]

    @Test(arguments: redefinitions.indices)
    func `an older program leaves a redefined listener alone`(index: Int) async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: writer())
            let old = try await CursorStore(database: stage.database).register(writer())
            try await stage.deliver(to: Self.redefinitions[index]())
            try await stage.record(Ping(subject: "a", number: 2), Ping(subject: "b", number: 1))
            try await stage.place()

            let bus = EventBus(listeners: [])
            await bus.reset(to: 3)
            let runner = LaneRunner(database: stage.database, bus: bus, configuration: OutboxConfiguration())
            for (lane, position) in old {
                let outcome = try await runner.run(writer(), lane)
                #expect(outcome == .superseded || outcome == .busy)
                let move = CursorMove(lane: lane, hears: "tests.ping", from: position, to: 3)
                #expect(try await CursorStore(database: stage.database).move([move]).isEmpty)
            }
            #expect(try await stage.effects() == ["a-1"])
            #expect(try await stage.deliver(to: Self.redefinitions[index]()) == 2)
        }
    }

    @Test func `a lane that another node works on is left alone and not waited for`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            let listener = writer(lanes: 1)
            let lane = try await CursorStore(database: stage.database).register(listener)[0].lane
            try await stage.place()
            let bus = EventBus(listeners: [])
            await bus.reset(to: 1)
            let runner = LaneRunner(database: stage.database, bus: bus, configuration: OutboxConfiguration())
            try await Writer.with(stage) { other in
                try await other.begin()
                try await other.run("SELECT 1 FROM events.cursor FOR UPDATE")
                #expect(try await runner.run(listener, lane) == .busy)
                let move = CursorMove(lane: lane, hears: "tests.ping", from: 0, to: 1)
                #expect(try await CursorStore(database: stage.database).move([move]).isEmpty)
                try await other.commit()
            }
            #expect(try await runner.run(listener, lane) == .moved(to: 1, handled: 1, more: false))
        }
    }

    @Test func `a graceful stop lets the lane at work finish`() async throws {
        try await Stage.run { stage in
            let (entered, leave) = (Latch(1), Latch(1))
            let listener = Listener.transactional("tests.write", from: .beginning) {
                Reaction.on(Ping.self) { delivered, tx in
                    try await tx.execute(
                        "INSERT INTO effect (listener, subject, number) VALUES ('tests.write', 'a', 1)"
                    )
                    entered.arrive()
                    await leave.wait()
                }
            }
            try await stage.record(Ping(subject: "a", number: 1))
            let group = ServiceGroup(
                services: [stage.delivery([listener])],
                logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
            )
            async let running: Void = group.run()
            await entered.wait()
            await group.triggerGracefulShutdown()
            leave.arrive()
            try await running
            #expect(try await stage.effects() == ["a-1"])
            let cursors = try await stage.database.read("SELECT DISTINCT position FROM events.cursor")
            #expect(try cursors.map { try $0["position"] as Int } == [1])
        }
    }

    @Test func `a volatile listener hears what other nodes commit, once they are placed`() async throws {
        try await Stage.run { stage in
            let heard = Mutex<[Int]>([])
            let listener = Listener.volatile("tests.cache") {
                VolatileReaction.on(Ping.self) { delivered in heard.withLock { $0.append(delivered.event.number) } }
            }
            let last = Mutex(0)
            func recordNext() async throws {
                let number = last.withLock { last in
                    last += 1
                    return last
                }
                try await stage.record(Ping(subject: "a", number: number))
            }
            try await Node.run(1, on: stage, listeners: { _ in [listener] }) { _ in
                // Whether the node has begun shows in its hearing something.
                try await eventually {
                    try await recordNext()
                    return heard.withLock { !$0.isEmpty }
                }
                for _ in 1...3 { try await recordNext() }
                try await eventually { heard.withLock { $0.last } == last.withLock { $0 } }
            }
            let numbers = heard.withLock { $0 }
            #expect(numbers == Array((numbers.first ?? 0)...last.withLock { $0 }))
        }
    }
}
