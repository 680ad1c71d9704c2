import EventFaults
import JourneySupport
import Testing

/// The server is killed at random moments; whatever it has acknowledged must be there, and nothing twice.
@Suite struct CrashTests {
    private let settings = FaultSettings.read()
    private let families = 8
    private let killsAtLeast = 20

    @Test(.timeLimit(.minutes(30)))
    func `whatever was acknowledged before a crash is kept, rewarded and announced exactly once`() async throws {
        print("STORYTIME_FAULT_SEED=\(settings.seed) STORYTIME_FAULT_EVENINGS=\(settings.evenings)")
        try await withStorytime { storytime in
            var random = Dice(seed: settings.seed)
            let households = try await moveIn(storytime, &random)
            let stage = Stage(evenings: households.reduce(0) { $0 + $1.evenings.count })
            let kills = try await withThrowingTaskGroup { group in
                for household in households { group.addTask { try await household.live(on: stage) } }
                do {
                    let kills = try await torment(storytime, stage, &random)
                    try await group.waitForAll()
                    return kills
                } catch {
                    // Whoever waits for a server or for a turn would wait for ever, and this test with them.
                    await stage.abandon()
                    throw error
                }
            }
            print("\(await stage.acknowledged.count) evenings acknowledged through \(kills) kills")
            #expect(kills >= killsAtLeast)
            #expect(await stage.unexplained == [])

            // A job whose worker was killed is taken over when it has been silent for some time.
            try await storytime.settle(within: .seconds(120))
            try await Findings(storytime, households).check(acknowledged: await stage.acknowledged)
        }
    }

    private func moveIn(_ storytime: Storytime, _ random: inout Dice) async throws -> [Household] {
        let server = try await storytime.serve()
        var households: [Household] = []
        for index in 0..<families {
            let count = settings.evenings / families + (index < settings.evenings % families ? 1 : 0)
            households.append(try await .move(into: storytime, server.client, evenings: count, &random))
        }
        #expect(await server.stop() == .code(0))
        return households
    }

    /// Starts a server, lets a few evenings begin, and kills it some moment later, until all evenings are over. The
    /// last server stays.
    private func torment(_ storytime: Storytime, _ stage: Stage, _ random: inout Dice) async throws -> Int {
        var kills = 0
        while await !stage.isOver || kills < killsAtLeast {
            let server = try await storytime.serve()
            await stage.raise(server, turns: .random(in: 1...12, using: &random))
            // On a busy machine a life has to last longer for anything to come of it.
            let longest = 150_000 * (1 + kills / 40)
            try await Task.sleep(for: .microseconds(Int.random(in: 0...longest, using: &random)))
            await stage.lower(server)
            await server.kill()
            kills += 1
        }
        await stage.raise(try await storytime.serve(), turns: 0)
        return kills
    }
}
