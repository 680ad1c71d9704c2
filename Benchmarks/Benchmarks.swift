import ArgumentParser

/// Measures parts of Storytime against the tools that do the same, in turns on the same server.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measure parts of Storytime against the tools that do the same.",
        subcommands: [
            ReadLaneBenchmark.self, TransactionBenchmark.self, OutboxPublishBenchmark.self, OutboxBacklogBenchmark.self,
            OutboxLatencyBenchmark.self,
        ]
    )
}
