import EventFaults
import JourneySupport
import Postgres
import TestSupport
import Testing

/// Three nodes are killed at random moments, and Postgres with them: every event reaches every listener, once.
@Suite(.serialized) struct NodeCrashTests {
    private let settings = FaultSettings.read()
    private let families = 6

    @Test(.timeLimit(.minutes(30)))
    func `three nodes that are killed again and again lose and double nothing`() async throws {
        print("STORYTIME_FAULT_SEED=\(settings.seed) STORYTIME_FAULT_KILLS=\(settings.kills)")
        let cluster = try await PrivateCluster()
        do {
            try await withStorytime(on: cluster) { storytime in try await endure(storytime, cluster) }
            try await cluster.remove()
        } catch {
            try await cluster.remove()
            throw error
        }
    }

    private func endure(_ storytime: Storytime, _ cluster: PrivateCluster) async throws {
        var random = Dice(seed: settings.seed)
        let households = try await moveIn(storytime, &random)
        let stage = Stage(evenings: households.reduce(0) { $0 + $1.evenings.count })
        try await withThrowingTaskGroup { group in
            for household in households { group.addTask { try await household.live(on: stage) } }
            do {
                try await torment(storytime, cluster, stage, &random)
                try await group.waitForAll()
            } catch {
                await stage.abandon()
                throw error
            }
        }
        // A job whose worker was killed is taken over when it has been silent for some time.
        try await storytime.settle(within: .seconds(120))
        try await Findings(storytime, households).check(acknowledged: await stage.acknowledged)
        try await audit(storytime)
        #expect(try await storytime.run("outbox", "audit").succeeded().output.hasSuffix("clean\n"))
        print("an event waited for its position for \(try await longestWait(storytime)) s at most")
    }

    private func moveIn(_ storytime: Storytime, _ random: inout Dice) async throws -> [Household] {
        let server = try await storytime.serve()
        var households: [Household] = []
        for _ in 0..<families {
            let count = max(1, settings.evenings / families / 2)
            households.append(try await .move(into: storytime, server.client, evenings: count, &random))
        }
        #expect(await server.stop() == .code(0))
        return households
    }

    /// Keeps three servers running, kills one at a time, and restarts Postgres now and then, until all evenings are
    /// over and each server was killed often enough. The last three stay.
    private func torment(
        _ storytime: Storytime,
        _ cluster: PrivateCluster,
        _ stage: Stage,
        _ random: inout Dice
    ) async throws {
        var servers: [Server] = []
        for _ in 0..<3 { servers.append(try await raise(storytime, stage, &random)) }
        var kills = [0, 0, 0]
        let total = settings.kills * kills.count
        var restarts = 0
        var recoveries: [Duration] = []
        while await !stage.isOver || kills.contains(where: { $0 < settings.kills }) {
            let count = kills.reduce(0, +)
            // Each in its turn three out of four times, so that none is spared for long.
            let victim = random.next() % 4 == 0 ? Int.random(in: 0..<3, using: &random) : count % 3
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
            await stage.lower(servers[victim])
            await servers[victim].kill()
            kills[victim] += 1
            if settings.restarts > 0, (count + 1) % max(1, total / (settings.restarts + 1)) == 0 {
                try await cluster.stop()
                try await cluster.start()
                restarts += 1
            }
            async let recovery = storytime.recovery(probe: count)
            servers[victim] = try await raise(storytime, stage, &random)
            recoveries.append(try await recovery)
        }
        print("killed \(kills), Postgres \(restarts), \(await stage.acknowledged.count) evenings acknowledged")
        report(recoveries.sorted())
        for server in servers { await stage.raise(server, turns: settings.evenings) }
    }

    /// Says how long it took after each blow until an event recorded afterwards was delivered.
    private func report(_ recoveries: [Duration]) {
        guard let longest = recoveries.last else { return }
        print("recovered within \(recoveries[recoveries.count / 2]) (median), \(longest) (longest)")
        if let limit = settings.recovery { #expect(longest < limit) }
    }

    private func raise(_ storytime: Storytime, _ stage: Stage, _ random: inout Dice) async throws -> Server {
        let server = try await storytime.serve()
        await stage.raise(server, turns: .random(in: 1...6, using: &random))
        return server
    }

    /// By set difference, without a look at any cursor: each event has a position of its own, and the listener that
    /// hears all of them has marked each position.
    private func audit(_ storytime: Storytime) async throws {
        let missing = try await storytime.database.read(
            """
            SELECT 'no position: ' || e.name AS problem FROM events.event e
            WHERE NOT EXISTS (SELECT FROM events.log l WHERE l.seq = e.seq)
            UNION ALL
            SELECT 'not heard: ' || l.position FROM events.log l JOIN events.event e USING (seq)
            WHERE NOT EXISTS (
                SELECT FROM analytics.event_block b
                WHERE b.name = e.name AND b.block = l.position / 4096 AND get_bit(b.seen, (l.position % 4096)::int) = 1)
            """
        )
        let problems: [String] = try missing.map { try $0["problem"] }
        #expect(problems == [])
        let log = try await storytime.database.read("SELECT count(*) AS count, max(position) AS last FROM events.log")[
            0
        ]
        let (count, last): (Int, Int) = (try log["count"], try log["last"])
        #expect(count == last)
    }

    /// Between an event's insert and the batch that placed it, through all kills and restarts.
    private func longestWait(_ storytime: Storytime) async throws -> Double {
        let rows = try await storytime.database.read(
            """
            SELECT extract(epoch FROM max(
                       (SELECT min(t.at) FROM events.tick t WHERE t.position >= l.position) - e.recorded_at
                   ))::float8 AS seconds
            FROM events.log l JOIN events.event e USING (seq)
            """
        )
        return try rows[0]["seconds"]
    }
}
