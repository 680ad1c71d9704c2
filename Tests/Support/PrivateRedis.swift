import Foundation
package import Logging
package import Redis

/// A Redis of one test's own, to be killed, frozen and started again as the test likes.
///
/// It lives in a temporary folder, listens on a socket in there only, keeps nothing, and is gone after `remove()`.
package final class PrivateRedis: Sendable {
    private let folder = "/tmp/storytime-redis-\(UUID().uuidString.prefix(8))"
    private let options: [String]

    /// Makes a server and starts it, with further options such as `--requirepass`.
    package init(options: [String] = []) async throws {
        self.options = options
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try await start()
    }

    /// Leads to the server, without a password.
    package var url: String { "unix://\(socket)" }

    /// The path of the server's socket.
    package var socket: String { "\(folder)/redis.sock" }

    /// A client of this process.
    package func client(
        url: String? = nil,
        logger: Logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
        configure: (inout RedisConfiguration) -> Void = { _ in }
    ) throws -> RedisClient {
        var configuration = try RedisConfiguration(url: url ?? self.url)
        // A machine that stalls for seconds must not look like a server that does.
        configuration.connectTimeout = .seconds(20)
        configuration.commandTimeout = .seconds(30)
        configuration.silenceTimeout = .seconds(60)
        configure(&configuration)
        return RedisClient(configuration, on: try TestDatabase.loop, logger: logger)
    }

    /// Starts the server and waits until it listens.
    package func start() async throws {
        let fixed = [
            "--port", "0", "--unixsocket", socket, "--dir", folder, "--pidfile", "\(folder)/redis.pid", "--logfile",
            "\(folder)/log", "--daemonize", "yes", "--save", "", "--appendonly", "no", "--enable-debug-command", "yes",
        ]
        _ = try await Command(["redis-server"] + fixed + options).output()
        try await eventually { try await ask("PING") != nil }
    }

    /// Kills the server: nobody is told, nothing is finished.
    package func kill() async throws {
        try signal(SIGKILL)
        try await eventually { try await ask("PING") == nil }
    }

    /// Stops the server in the middle of whatever it does. Its sockets stay open.
    package func freeze() throws { try signal(SIGSTOP) }

    /// Lets a frozen server go on.
    package func thaw() throws { try signal(SIGCONT) }

    /// Sends a command past all clients of this process; nil when nobody answers.
    @discardableResult
    package func ask(_ words: String...) async throws -> String? {
        try? await Command(["redis-cli", "-s", socket] + words).output()
    }

    /// Kills the server and deletes everything.
    package func remove() {
        try? signal(SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func signal(_ number: Int32) throws {
        let text = try String(contentsOfFile: "\(folder)/redis.pid", encoding: .utf8)
        guard let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else { return }
        _ = Glibc.kill(process, number)
    }
}

/// Lends a Redis and a client of it for the time of one closure.
package func withRedis<Result>(
    options: [String] = [],
    logger: Logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
    configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (PrivateRedis, RedisClient) async throws -> Result
) async throws -> Result {
    let server = try await PrivateRedis(options: options)
    defer { server.remove() }
    let client = try server.client(logger: logger, configure: configure)
    do {
        let result = try await body(server, client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}
