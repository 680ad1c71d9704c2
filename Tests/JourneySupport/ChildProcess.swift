import Foundation
import Synchronization

/// A program that runs beside the tests. It cannot outlive them: the kernel kills it when the test process ends.
///
/// Not Foundation's `Process`: its children inherit the signal mask of whichever thread starts them, and may not hear a
/// SIGTERM.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum End: Sendable, Hashable {
        case code(Int32)
        case signal(Int32)
    }

    private struct State {
        var end: End?
        var waiting: [CheckedContinuation<End, Never>] = []
    }

    private let state = Mutex(State())
    /// Its number.
    package let pid: Int32

    private init(pid: pid_t) { self.pid = pid }

    /// Starts a program with nothing but this environment; what it prints goes to files.
    package static func start(_ invocation: Invocation) async throws -> ChildProcess {
        try await withCheckedThrowingContinuation { continuation in
            // A thread for each child: a child is killed when the thread that started it ends, which this one does
            // only after the child has.
            Thread.detachNewThread {
                do {
                    let child = ChildProcess(pid: try invocation.spawn())
                    continuation.resume(returning: child)
                    child.watch()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    /// Sends a signal, unless it has ended.
    package func signal(_ number: Int32) {
        // Under the lock the process is not reaped yet, so that its number is nobody else's.
        state.withLock { state in
            if state.end == nil { _ = kill(pid, number) }
        }
    }

    /// Waits until it has ended.
    package func end() async -> End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiting.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    /// How it has ended; nil while it runs.
    package var hasEnded: End? { state.withLock { $0.end } }

    /// Memory that it occupies at the moment, in bytes.
    package var residentBytes: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    private func watch() {
        var info = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let (end, waiting) = state.withLock { state in
            let end = reap()
            defer { state.waiting = [] }
            state.end = end
            return (end, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: end) }
    }

    private func reap() -> End {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }
}
