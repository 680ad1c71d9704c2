import Foundation
import Synchronization

/// A program that a test talks to by lines. It ends when its input does, which is when the test process ends at the
/// latest.
package final class Peer: Sendable {
    private let input: FileHandle
    private let lines: LineReader

    /// Starts a program, found in PATH or by its path.
    package init(_ words: [String]) throws {
        let (input, output) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.input = input.fileHandleForWriting
        lines = LineReader(output.fileHandleForReading)
    }

    /// Hands it a line.
    package func say(_ line: String) throws { try input.write(contentsOf: Data("\(line)\n".utf8)) }

    /// The next line it printed.
    package func nextLine() async throws -> String { try await lines.next() }

    /// Ends its input, and so the program.
    package func end() { try? input.close() }

    /// The interpreter with the packages of Scripts/requirements.txt.
    package static var python: String {
        ProcessInfo.processInfo.environment["STORYTIME_TEST_PYTHON"] ?? "python3"
    }

    /// A folder of the checkout.
    package static func checkout(_ path: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: path).path(percentEncoded: false)
    }
}

/// Reads lines on a thread of its own, so that nobody blocks who waits for one.
private final class LineReader: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: CheckedContinuation<Void, Never>?
        var isOver = false
    }

    private let state = Mutex(State())

    init(_ file: FileHandle) {
        Thread.detachNewThread {
            var rest = Data()
            // Not read(upToCount:), which waits until so much has come.
            while case let data = file.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    self.change { $0.lines.append(line) }
                    rest = Data(rest[(end + 1)...])
                }
            }
            self.change { $0.isOver = true }
        }
    }

    /// The next line. One task at a time may ask.
    func next() async throws -> String {
        while true {
            let line = try state.withLock { state in
                if !state.lines.isEmpty { return state.lines.removeFirst() as String? }
                if state.isOver { throw PeerEnded(reason: "it printed nothing more; its errors stand above") }
                return nil
            }
            if let line { return line }
            try Task.checkCancellation()
            await wait()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if !state.lines.isEmpty || state.isOver || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            change { _ in }
        }
    }

    /// Changes what there is, and wakes whoever waits for it.
    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            return state.waiting.take()
        }
        waiting?.resume()
    }
}

/// The program at the other end is gone.
package struct PeerEnded: Error, CustomStringConvertible {
    let reason: String
    /// What is known of it.
    package var description: String { "the peer ended: \(reason)" }
}
