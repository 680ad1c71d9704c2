import ArgumentParser
import Foundation
import Logging
import Postgres
import Reactor

/// A database with pgbench's tables, on the cluster that STORYTIME_BENCH_DATABASE_URL names.
struct BenchmarkDatabase {
    private static let name = "storytime_benchmark"
    private let url: String
    let database: Database

    /// Uses the database of an earlier run, or makes it.
    static func open(scale: Int, _ configure: (inout DatabaseConfiguration) -> Void) async throws -> BenchmarkDatabase {
        guard let url = ProcessInfo.processInfo.environment["STORYTIME_BENCH_DATABASE_URL"] else {
            throw ValidationError("set STORYTIME_BENCH_DATABASE_URL to a database of a Postgres cluster for benchmarks")
        }
        guard var parts = URLComponents(string: url) else { throw ValidationError("the URL cannot be read") }
        let loop = try ReactorLoop()
        let logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
        var configuration = try DatabaseConfiguration(url: url)
        configuration.poolMinimum = 0
        let cluster = Database(configuration, on: loop, logger: logger)
        let isNew = try await cluster.read("SELECT FROM pg_database WHERE datname = \(name)").isEmpty
        if isNew { try await cluster.command("CREATE DATABASE \(raw: name) TEMPLATE template0") }
        await cluster.close()

        parts.path = "/" + name
        let own = parts.string ?? url
        if isNew { _ = try Tool(words: ["pgbench", "-i", "-q", "-s", "\(scale)", own]).output() }
        configuration = try DatabaseConfiguration(url: own)
        configure(&configuration)
        return BenchmarkDatabase(url: own, database: Database(configuration, on: loop, logger: logger))
    }

    /// Runs pgbench and returns its transactions per second.
    func pgbench(_ options: [String]) throws -> Double {
        let output = try Tool(words: ["pgbench", "-n", "-M", "prepared"] + options + [url]).output()
        guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let tps = Double(line.dropFirst(6).prefix { $0 != " " })
        else { throw ValidationError("pgbench said: \(output)") }
        return tps
    }
}
