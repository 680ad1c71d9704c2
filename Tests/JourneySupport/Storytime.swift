import Foundation
package import Postgres
import Synchronization
import TestSupport

/// The real program as it was built, on a database of its own, with a folder for mails.
package final class Storytime: Sendable {
    /// The database, for what only SQL can tell.
    package let database: Database
    /// What it sent.
    package let mailbox: Mailbox
    private let environment: [String: String]
    private let folder: String
    private let children = Mutex<[ChildProcess]>([])
    private let files = Atomic(0)

    /// The program in a temporary folder, on the database that a URL leads to.
    package init(_ database: Database, url: String) throws {
        self.database = database
        folder = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        mailbox = Mailbox(folder: "\(folder)/mail")
        environment = [
            "PATH": "/usr/bin:/bin", "USER": "journeys", "STORYTIME_DATABASE_URL": url, "STORYTIME_PORT": "0",
            "STORYTIME_MAIL_DIRECTORY": "\(folder)/mail", "STORYTIME_RATE_LIMIT_FACTOR": "0",
        ]
    }

    /// Where the build put it: beside the tests.
    package static var executable: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path = URL(filePath: tests).deletingLastPathComponent().appending(path: "storytime").path
            guard FileManager.default.isExecutableFile(atPath: path) else { throw NotBuilt(path: path) }
            return path
        }
    }

    /// Runs a command to its end.
    package func run(_ arguments: String..., environment more: [String: String] = [:]) async throws -> CommandResult {
        try await run(arguments, environment: more)
    }

    /// Runs a command to its end.
    package func run(
        _ arguments: [String],
        environment more: [String: String] = [:]
    ) async throws -> CommandResult {
        try await run(try Self.executable, arguments, more)
    }

    /// Runs a script of the checkout, which finds the program in STORYTIME, to its end.
    package func runScript(
        _ script: String,
        _ arguments: [String],
        environment more: [String: String] = [:]
    ) async throws -> CommandResult {
        let program = ["STORYTIME": try Self.executable]
        return try await run(Peer.checkout(script), arguments, program.merging(more) { $1 })
    }

    private func run(_ program: String, _ arguments: [String], _ more: [String: String]) async throws -> CommandResult {
        let (output, errors) = (newFile("out"), newFile("err"))
        let child = try await start(program, arguments, output, errors, more)
        let end = await child.end()
        return CommandResult(
            command: arguments.joined(separator: " "),
            end: end,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8)
        )
    }

    /// Starts a command that stays, such as one that follows; it ends with the tests. What it has printed so far is
    /// asked for with the closure.
    package func follow(_ arguments: String...) async throws -> @Sendable () throws -> [Substring] {
        let (output, errors) = (newFile("out"), newFile("err"))
        _ = try await start(arguments, output, errors, [:])
        return { try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n") }
    }

    /// Starts a server on a free port and waits until it is ready.
    package func serve(
        _ arguments: String...,
        environment more: [String: String] = [:]
    ) async throws -> Server {
        let log = newFile("log")
        let server = Server(process: try await start(["serve"] + arguments, log, log, more), log: log)
        try await server.becomeReady()
        return server
    }

    /// Starts a process that delivers and does not serve.
    package func work(environment more: [String: String] = [:]) async throws -> Server {
        let log = newFile("log")
        return Server(process: try await start(["work"], log, log, more), log: log)
    }

    /// Kills what still runs and deletes the folder.
    package func remove() async {
        for child in children.withLock({ $0 }) {
            child.signal(SIGKILL)
            _ = await child.end()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func newFile(_ kind: String) -> String {
        "\(folder)/\(files.add(1, ordering: .relaxed).newValue).\(kind)"
    }

    private func start(
        _ arguments: [String],
        _ output: String,
        _ errors: String,
        _ more: [String: String]
    ) async throws -> ChildProcess {
        try await start(try Self.executable, arguments, output, errors, more)
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        _ output: String,
        _ errors: String,
        _ more: [String: String]
    ) async throws -> ChildProcess {
        let child = try await ChildProcess.start(
            Invocation(
                executable: program,
                arguments: arguments,
                environment: environment.merging(more) { $1 },
                output: output,
                errors: errors
            )
        )
        children.withLock { $0.append(child) }
        return child
    }
}

/// The program is not where the tests expect it.
package struct NotBuilt: Error, CustomStringConvertible {
    let path: String
    /// What to do about it.
    package var description: String { "\(path) is missing; build it first: swift build --build-tests" }
}
