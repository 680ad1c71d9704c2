import Foundation
package import Postgres

/// A Postgres cluster of one test's own, to be stopped and started as the test likes.
///
/// It lives in a temporary folder, listens on a socket in there only, and is gone after `remove()`.
package final class PrivateCluster: Sendable {
    let folder: String
    let bin: String

    /// Makes a cluster and starts it.
    package init() async throws {
        folder = "/tmp/storytime-\(UUID().uuidString.prefix(8))"
        bin = try await Self.binaries()
        try await run(["mkdir", "-m", "700", folder])
        try await run(["\(bin)/initdb", "-D", "\(folder)/data", "-U", "storytime", "-A", "trust", "-N", "-E", "UTF8"])
        try await start()
    }

    /// Makes a hot standby of another cluster, which follows it by streaming, and starts it.
    package init(following primary: PrivateCluster) async throws {
        folder = "/tmp/storytime-\(UUID().uuidString.prefix(8))"
        bin = primary.bin
        try await run(["mkdir", "-m", "700", folder])
        let source = ["-h", primary.folder, "-U", "storytime", "-c", "fast", "-X", "stream", "-R"]
        try await run(["\(bin)/pg_basebackup", "-D", "\(folder)/data"] + source)
        try await start()
    }

    /// Leads to the cluster's own database.
    package var url: String { "postgresql://storytime@/postgres?host=\(folder)" }

    /// The same for a client of this process.
    package var configuration: DatabaseConfiguration {
        get throws {
            var configuration = try DatabaseConfiguration(url: url)
            configuration.beVeryPatient()
            return configuration
        }
    }

    /// Starts the server and waits until it answers.
    package func start() async throws { try await start("data") }

    func start(_ data: String) async throws {
        let options =
            "-c listen_addresses='' -c unix_socket_directories='\(folder)' -c fsync=off -c shared_buffers=16MB"
            + " -c max_connections=300"
        let log = "\(folder)/log"
        try await run(["\(bin)/pg_ctl", "-D", "\(folder)/\(data)", "-w", "-l", log, "-o", options, "start"])
    }

    /// Stops the server as a power cut would: nobody is told, nothing is finished.
    package func stop() async throws {
        try await run(["\(bin)/pg_ctl", "-D", "\(folder)/data", "-w", "-m", "immediate", "stop"])
    }

    /// Stops the server and deletes everything.
    package func remove() async throws {
        try? await stop()
        try await run(["rm", "-rf", folder])
    }

    package func run(_ command: [String]) async throws {
        // The server refuses to run as root.
        let prefix = geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        _ = try await Command(prefix + command).output()
    }

    private static func binaries() async throws -> String {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        if let newest = versions.compactMap({ Int($0) }).max() { return "/usr/lib/postgresql/\(newest)/bin" }
        return try await Command(["pg_config", "--bindir"]).output().trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
