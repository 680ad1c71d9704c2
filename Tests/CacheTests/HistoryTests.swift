import Cache
import Redis
import TestSupport
import Testing

/// Eight clients on two nodes read and write one key while Redis is killed, stalled and emptied at random.
@Suite(.timeLimit(.minutes(5)))
struct HistoryTests {
    private let key = CacheGroup.balance.key("user")

    @Test func `no read returns what is older than an invalidation that was over before it began`() async throws {
        try await CacheCluster.run(
            redis: { configuration in
                configuration.connectTimeout = .milliseconds(100)
                configuration.silenceTimeout = .milliseconds(100)
            },
            cache: { configuration in
                configuration.sharedTimeout = .milliseconds(20)
                configuration.voidTimeout = .milliseconds(20)
            }
        ) { cluster in
            let history = History(cluster.nodes.map { OneKey(cache: $0, key: key) })
            try await history.run(clients: 8) { try await disturb(cluster.server, history) }
            try await history.settle()
            #expect(history.stale == [])
            // It was about something: every way to answer was used.
            let numbers = cluster.nodes.map { $0.numbers(of: .balance) }
            #expect(numbers.allSatisfy { $0.memoryHits > 0 && $0.loads > 0 && $0.sharedFailures > 0 })
            #expect(numbers.contains { $0.sharedHits > 0 })
            #expect(numbers.contains { $0.rejected > 0 })
        }
    }

    @Test func `the checker sees through a cache that is written as most are`() async throws {
        try await CacheCluster.run { cluster in
            let history = History(cluster.clients.map { NaiveCache($0, key: "naive") })
            try await history.run(clients: 8) { try await eventually { !history.stale.isEmpty } }
        }
    }

    private enum Trouble: CaseIterable {
        case death, stall, loss, pause
    }

    /// One trouble after the other, each followed by a moment of peace. Moments are measured in what the clients do.
    private func disturb(_ server: PrivateRedis, _ history: History) async throws {
        for trouble in (0..<8).flatMap({ _ in Trouble.allCases }).shuffled() {
            switch trouble {
            case .death:
                try await server.kill()
                try await history.pass(steps: 200)
                try await server.start()
            case .stall:
                try server.freeze()
                try await history.pass(steps: Int.random(in: 1...500))
                try server.thaw()
            case .loss: try await server.ask("FLUSHALL")
            case .pause: try await server.ask("CLIENT", "PAUSE", "60", "ALL")
            }
            try await history.pass(steps: 200)
        }
    }
}
