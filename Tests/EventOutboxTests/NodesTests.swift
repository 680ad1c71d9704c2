import EventDelivery
import Events
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventOutbox

/// Several nodes on one database, none of which ever looks for itself: what they know they were told.
@Suite(.timeLimit(.minutes(2)), .serialized) struct NodesTests {
    @Test func `one node leads, and all hear of what is recorded anywhere`() async throws {
        try await Stage.run { stage in
            let ears = (0..<3).map { _ in Ear() }
            try await Self.nodes(on: stage, ears) { nodes in
                #expect(nodes.count(where: \.leads) == 1)
                for (index, node) in nodes.enumerated() { try await node.record(Ping(subject: "a", number: index + 1)) }
                try await eventually { try await stage.effects() == ["a-1", "a-2", "a-3"] }
                for ear in ears { try await eventually { ear.numbers == [1, 2, 3] } }
            }
        }
    }

    @Test func `a node says from when on it hears everything`() async throws {
        try await Stage.run { stage in
            for number in 1...10 {
                let ear = Ear()
                let hears = Latch(1)
                let delivery = OutboxDelivery(
                    Outbox(stage.database),
                    listeners: [ear.listener],
                    logger: Logger(label: "tests"),
                    hearing: { hears.arrive() }
                )
                try await withThrowingDiscardingTaskGroup { group in
                    group.addTask { try await delivery.run() }
                    await hears.wait()
                    // With an outbox of its own: the delivery hears of it from the log alone.
                    try await stage.record(Ping(subject: "a", number: number))
                    try await eventually { ear.numbers.contains(number) }
                    group.cancelAll()
                }
            }
        }
    }

    @Test func `when the leader stops another one places what comes`() async throws {
        try await Stage.run { stage in
            try await Self.nodes(on: stage, (0..<3).map { _ in Ear() }) { nodes in
                var left = nodes
                for number in 1...3 {
                    try await left[0].record(Ping(subject: "a", number: number))
                    try await eventually { try await stage.effects().count == number }
                    guard number < 3 else { break }
                    let leader = left.firstIndex(where: \.leads)
                    await left.remove(at: try #require(leader)).stop()
                    try await eventually { left.contains(where: \.leads) }
                }
                #expect(try await stage.effects() == ["a-1", "a-2", "a-3"])
                #expect(try await stage.operations.status().sequencer?.fence == 3)
                #expect(try await stage.operations.status().nodes.map(\.fence) == [3])
            }
        }
    }

    @Test func `a leader whose lease was taken steps down and follows`() async throws {
        try await Stage.run { stage in
            let ears = [Ear(), Ear()]
            try await Self.nodes(on: stage, ears) { nodes in
                let leader = nodes.first(where: \.leads)
                let old = try #require(leader)
                let stranger = stage.leases()
                // As if it had been silent for long: it finds out when it wants to renew, or to place something.
                try await eventually {
                    try await stage.expireLease()
                    return try await stranger.take(listeningAs: nil) != nil
                }
                try await old.record(Ping(subject: "a", number: 1))
                try await eventually { !old.leads }
                // The stranger goes; one of the two takes over, and nothing is lost on the way.
                try await stranger.release(try await stranger.look().fence)
                try await eventually { nodes.contains(where: \.leads) }
                try await eventually { try await stage.effects() == ["a-1"] }
                for ear in ears { try await eventually { ear.numbers.last == 1 } }
            }
        }
    }

    @Test func `killed listening connections are opened anew, and what was missed meanwhile is found`() async throws {
        try await Stage.run { stage in
            let ears = [Ear(), Ear()]
            try await Self.nodes(on: stage, ears) { nodes in
                for number in 1...5 {
                    try await stage.killListeners()
                    try await nodes[number % 2].record(Ping(subject: "a", number: number))
                    try await eventually { try await stage.effects().count == number }
                    for ear in ears { try await eventually { ear.numbers.last == number } }
                }
                #expect(try await stage.effects() == (1...5).map { "a-\($0)" })
            }
        }
    }

    @Test func `without a connection to listen on, looking now and then is enough`() async throws {
        try await Stage.run { stage in
            let ears = [Ear(), Ear()]
            try await Self.nodes(on: stage, ears, pace: Node.hasty) { nodes in
                let deafening = Task { while !Task.isCancelled { try await stage.killListeners() } }
                for number in 1...5 {
                    try await nodes[number % 2].record(Ping(subject: "a", number: number))
                    try await eventually { try await stage.effects().count == number }
                }
                for ear in ears { try await eventually { ear.numbers.last == 5 } }
                deafening.cancel()
                _ = await deafening.result
            }
        }
    }

    @Test func `a node that only answers requests wakes the others, and hears what touches its memory`() async throws {
        try await Stage.run { stage in
            try await Self.nodes(on: stage, [Ear()]) { nodes in
                let ear = Ear()
                let http = try Node.start(on: stage, roles: [.http], pace: Node.trusting) { _ in
                    [writer(), ear.listener]
                }
                try await stage.waitForListeners(2)
                try await http.record(Ping(subject: "a", number: 1))
                try await eventually { try await stage.effects() == ["a-1"] }
                try await nodes[0].record(Ping(subject: "a", number: 2))
                try await eventually { ear.numbers == [1, 2] }
                #expect(!http.leads)
                let roles = try await stage.operations.status().nodes.map(\.roles)
                #expect(roles == [["delivery"], ["http"]])
                await http.stop()
                #expect(try await stage.operations.status().nodes.count == 1)
            }
        }
    }

    @Test func `a node of which nothing was heard for a minute is forgotten`() async throws {
        try await Stage.run { stage in
            let (dead, alive) = (NodeIdentity(), NodeIdentity())
            try await NodeStore(database: stage.database, node: dead).beat()
            try await stage.database.command("UPDATE events.node SET seen_at = seen_at - interval '61 seconds'")
            try await NodeStore(database: stage.database, node: alive).beat()
            #expect(try await stage.operations.status().nodes.map(\.boot) == [alive.boot])
        }
    }

    // MARK: Stage

    /// Lends nodes that write each ping, each with an ear of its own, once all listen and one leads.
    private static func nodes(
        on stage: Stage,
        _ ears: [Ear],
        pace: (inout OutboxConfiguration) -> Void = Node.trusting,
        _ body: ([Node]) async throws -> Void
    ) async throws {
        let next = Counter()
        try await Node.run(ears.count, on: stage, pace: pace) { _ in
            defer { next.add() }
            return [writer(), ears[next.count].listener]
        } _: { nodes in
            try await stage.waitForListeners(ears.count)
            try await eventually { nodes.contains(where: \.leads) }
            try await body(nodes)
        }
    }
}

/// What a volatile listener has heard: the newest number counts, so one that comes twice is heard once.
private final class Ear: Sendable {
    private let heard = Mutex<[Int]>([])

    var numbers: [Int] { heard.withLock { $0.sorted() } }

    var listener: Listener {
        .volatile("tests.ear") {
            VolatileReaction.on(Ping.self) { delivered in
                self.heard.withLock { heard in
                    if !heard.contains(delivered.event.number) { heard.append(delivered.event.number) }
                }
            }
        }
    }
}

extension Stage {
    private static let listening = """
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'storytime-node/listen'
          AND query LIKE 'LISTEN%' AND state = 'idle'
        """

    fileprivate func waitForListeners(_ count: Int) async throws {
        try await eventually { try await database.read("\(raw: Self.listening)").count == count }
    }

    fileprivate func killListeners() async throws {
        try await database.command("SELECT pg_terminate_backend(pid) FROM (\(raw: Self.listening)) AS listening")
    }
}
