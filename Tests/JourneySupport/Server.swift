import Foundation
package import StrictJSON
import Synchronization

/// A server process.
package final class Server: Sendable {
    /// The process itself.
    package let process: ChildProcess
    private let logFile: String
    private let boundPort = Atomic(0)

    init(process: ChildProcess, log: String) {
        self.process = process
        logFile = log
    }

    /// The port that it listens on.
    package var port: Int { boundPort.load(ordering: .relaxed) }
    /// A client of it that is not signed in.
    package var client: Client { Client(port: port) }
    /// What it has logged.
    package var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// The same, line by line. The last one may not be whole yet.
    package var logLines: [JSON] { log.split(separator: "\n").compactMap { try? JSON(parsing: Array($0.utf8)) } }
    /// The warnings and errors among it.
    package var complaints: String {
        logLines.filter { ["warning", "error", "critical"].contains($0["level"]?.string) }.map(\.description)
            .joined(separator: "\n")
    }

    /// Asks it to stop, and waits until it has.
    package func stop() async -> ChildProcess.End {
        process.signal(SIGTERM)
        return await process.end()
    }

    /// Ends it as a power cut would, and waits until it is gone.
    package func kill() async {
        process.signal(SIGKILL)
        _ = await process.end()
    }

    func becomeReady() async throws {
        let port = try await awaited("the server says where it listens") {
            try checkIsRunning()
            return announcedPort("listening")
        }
        boundPort.store(port, ordering: .relaxed)
        try await eventually("the server is ready") {
            try checkIsRunning()
            // A connection that another server on this port left behind breaks; the next one does not.
            return (try? await client("GET", "/health/ready"))?.status == 200
        }
    }

    /// The admin port, once it is open.
    package var adminPort: Int {
        get async throws { try await awaited("the admin port is open") { announcedPort("admin port open") } }
    }

    private func announcedPort(_ message: String) -> Int? {
        logLines.first { $0["msg"]?.string == message }?["port"]?.string.flatMap { Int($0) }
    }

    private func checkIsRunning() throws {
        if let end = process.hasEnded { throw ServerEnded(end: end, log: log) }
    }
}

/// The server ended before it was ready.
package struct ServerEnded: Error, CustomStringConvertible {
    let end: ChildProcess.End
    let log: String
    /// How, and what it had to say.
    package var description: String { "the server ended with \(end)\n\(log)" }
}
