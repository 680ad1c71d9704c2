import ArgumentParser
import Foundation
import JourneySupport
import Postgres

/// Our program against what others would write with Express, and against Hummingbird itself.
struct HTTPBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "A cached read and a write with an event, by wrk, against Express and a bare Hummingbird.",
        discussion: """
            Needs wrk, and Node with express, redis and pg; Scripts/peers brings them and names the modules' folder in \
            STORYTIME_BENCH_NODE_PATH. Without them it is left out. All share the machine's cores; whoever is not asked \
            is idle. Our program serves the API alone: what listeners do later has no counterpart in the peers.
            """
    )

    @Option(help: "Clients.") var clients = 32
    @Option(help: "Seconds a round.") var seconds = 4
    @Option(help: "Rounds.") var rounds = 5
    @Option(help: "Families that write, at least one a client: a family waits for itself.") var families = 256

    func run() async throws {
        guard let place = HTTPPlace(ProcessInfo.processInfo.environment) else {
            return print("left out: run Scripts/bench, which installs the peers")
        }
        try await Task.detached {
            try await HTTPArena.lend(place, families: families) { try await measure($0) }
        }.value
    }

    private func measure(_ arena: HTTPArena) async throws {
        let write = { (url: String, wrk: Wrk) in try arena.families.finish(wrk, at: url) }
        let read = { (url: String, wrk: Wrk) in try wrk.run("report.lua", at: url + arena.story) }
        print("this disk makes \(try FlushRate.measure(in: ".local")) pages a second durable, one after the other")
        try await compare(arena.ourURL, arena.express.url, write)
            .report("writes with an event", against: "Express, a process a core", aim: 3)
        try await compare(arena.ourURL, arena.single.url, write)
            .report("writes with an event", against: "Express, one process", aim: 3)
        try await compare(arena.ourURL, arena.express.url, read)
            .report("cached reads", against: "Express, a process a core", aim: 3)
        try await compare(arena.ourURL, arena.single.url, read)
            .report("cached reads", against: "Express, one process", aim: 3)
        try await compare(arena.ourURL, arena.bare.url, read)
            .report("cached reads", against: "a bare Hummingbird", aim: 0.85)
        let crowd = Wrk(clients: 200, seconds: seconds)
        report("200 clients write", try write(arena.ourURL, crowd))
        report("200 clients read", try read(arena.ourURL, crowd))
        print("our memory after all that: \((arena.ours.process.residentBytes ?? 0) >> 20) MB (aim: below 250)")
    }

    /// Requests a second, of which none may fail.
    private func compare(
        _ ours: String,
        _ theirs: String,
        _ work: (String, Wrk) throws -> Wrk.Sight
    ) async throws -> Rounds {
        let wrk = Wrk(clients: clients, seconds: seconds)
        return try await Rounds(rounds) {
            try work(ours, wrk).flawless.rate
        } theirs: {
            try work(theirs, wrk).flawless.rate
        }
    }

    private func report(_ name: String, _ sight: Wrk.Sight) {
        let times = "p50 \(sight.p50) ms, p95 \(sight.p95) ms (aim: below 100), p99 \(sight.p99) ms"
        print("\(name): \(Int(sight.rate))/s, \(times), \(sight.errors) errors (aim 0)")
    }
}
