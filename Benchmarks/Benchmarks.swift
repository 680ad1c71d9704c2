import ArgumentParser

/// Measures parts of Storytime against the tools that do the same, in turns on the same server.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measure parts of Storytime against the tools that do the same.",
        subcommands: [AllBenchmarks.self] + AllBenchmarks.each + [BareServer.self],
        defaultSubcommand: AllBenchmarks.self
    )
}

/// Runs one benchmark after the other, each with its defaults.
struct AllBenchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "Run all of them, one by one.")

    static let each: [any AsyncParsableCommand.Type] = [
        BusBenchmark.self, ReadLaneBenchmark.self, TransactionBenchmark.self, OutboxPublishBenchmark.self,
        OutboxPartitionBenchmark.self, OutboxBacklogBenchmark.self, OutboxGrowthBenchmark.self,
        OutboxHeldBenchmark.self,
        OutboxLatencyBenchmark.self, OutboxPeersBenchmark.self, RelayBenchmark.self, CacheBenchmark.self,
        TelemetryBenchmark.self, HTTPBenchmark.self,
    ]

    func run() async throws {
        for benchmark in Self.each {
            print("\n\(benchmark._commandName)")
            guard var command = try benchmark.parseAsRoot([]) as? any AsyncParsableCommand else { continue }
            try await command.run()
        }
    }
}
