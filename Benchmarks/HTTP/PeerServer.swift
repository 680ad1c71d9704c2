import Foundation
import JourneySupport

/// A server of others in a process of its own, which prints the port that it has found.
struct PeerServer {
    private let process: ChildProcess
    let url: String

    /// Starts it, and waits until it listens.
    static func start(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) async throws -> PeerServer {
        let output = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let process = try await ChildProcess.start(
            Invocation(
                executable: program,
                arguments: arguments,
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 },
                output: output,
                errors: output
            )
        )
        let port = try await awaited("\(program) says where it listens") {
            let text = try String(contentsOfFile: output, encoding: .utf8)
            guard process.hasEnded == nil else { throw PeerEnded(words: text) }
            return text.hasSuffix("\n") ? Int(text.dropLast()) : nil
        }
        return PeerServer(process: process, url: "http://127.0.0.1:\(port)")
    }

    /// Ends it as a power cut would.
    func kill() async {
        process.signal(SIGKILL)
        _ = await process.end()
    }
}

/// A server of others ended before it served.
private struct PeerEnded: Error, CustomStringConvertible {
    let words: String
    var description: String { "a peer ended before it served: \(words)" }
}
