import ArgumentParser
import Foundation
import JourneySupport
import Logging
import Postgres
import Reactor
import StrictJSON

/// Where the comparison over HTTP happens, as Scripts/bench provides it.
struct HTTPPlace {
    /// A database of a cluster for benchmarks.
    let database: String
    let redis: String
    /// A folder of Node's modules, with express, redis and pg.
    let modules: String

    /// Nil when nobody has provided the peers.
    init?(_ environment: [String: String]) {
        guard let database = environment["STORYTIME_BENCH_DATABASE_URL"],
            let redis = environment["STORYTIME_BENCH_REDIS_URL"], let modules = environment["STORYTIME_BENCH_NODE_PATH"]
        else { return nil }
        (self.database, self.redis, self.modules) = (database, redis, modules)
    }

    func url(of name: String) throws -> String {
        guard var parts = URLComponents(string: database) else { throw ValidationError("the URL cannot be read") }
        parts.path = "/" + name
        return parts.string ?? database
    }

    /// Makes a database anew, empty or as a copy of another that nobody uses.
    func create(_ name: String, from template: String = "template0") async throws {
        try await withDatabase(at: database) { cluster in
            try await cluster.command("DROP DATABASE IF EXISTS \(raw: name) WITH (FORCE)")
            try await cluster.command("CREATE DATABASE \(raw: name) TEMPLATE \(raw: template)")
        }
    }

    /// Lends a database, and lets go of all connections to it.
    func withDatabase<Result>(at url: String, _ body: (Database) async throws -> Result) async throws -> Result {
        var configuration = try DatabaseConfiguration(url: url)
        configuration.poolMinimum = 0
        configuration.statementTimeout = .seconds(60)
        let logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(configuration, on: try ReactorLoop(), logger: logger)
        do {
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    /// Express on a database, with as many connections in all as our program has.
    func express(_ name: String, keys: JSON, workers: Int) async throws -> PeerServer {
        let socket = String(redis.dropFirst("unix://".count))
        let ours = try DatabaseConfiguration(url: database)
        let connections = (ours.poolMaximum + ours.readConnections) / workers
        return try await PeerServer.start(
            "node",
            ["Benchmarks/Peers/express.js", try url(of: name), socket, "\(workers)", "\(connections)"],
            ["NODE_PATH": modules, "NODE_ENV": "production", "KEYS": keys.description]
        )
    }

    /// Hummingbird with nothing but a body.
    func bare(_ body: [UInt8]) async throws -> PeerServer {
        let file = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(body).write(to: file)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try await PeerServer.start(program, ["bare-server", file.path])
    }
}
