import EventOutbox
import Foundation

/// Shows a status again and again: the whole of it on a terminal, else one line a change.
struct StatusWatch {
    let pause: Duration
    let json: Bool
    let status: () async throws -> OutboxStatus
    let show: (OutboxStatus) -> Void

    func run() async throws {
        let isTerminal = isatty(STDOUT_FILENO) == 1 && !json
        var last = ""
        while !Task.isCancelled {
            let now = try await status()
            if isTerminal {
                print("\u{1B}[H\u{1B}[2J", terminator: "")
                show(now)
            } else if now.summary != last {
                if json { try Output.jsonLine(now) } else { print(Date().formatted(.iso8601), now.summary) }
            }
            last = now.summary
            Output.flush()
            try await Task.sleep(for: pause)
        }
    }
}

extension OutboxStatus {
    /// What a change of is worth a line.
    fileprivate var summary: String {
        let worthwhile = listeners.filter { listener in
            listener.heldBack > 0 || listener.waiting > 0 || listener.pausedBy != nil || listener.failure != nil
        }
        let held = worthwhile.map { listener in
            "\(listener.name) waiting=\(listener.waiting) retrying=\(listener.retrying) parked=\(listener.parked)"
                + " dead=\(listener.dead)" + (listener.pausedBy == nil ? "" : " paused")
                + (listener.failure == nil ? "" : " stands still")
        }
        let open = openTransactions.map { "open=\($0.pid)" }
        let words = ["head=\(head)", "unplaced=\(unplaced)"] + (stopped == nil ? [] : ["STOPPED"])
        return (words + open + [held.joined(separator: "; ")]).filter { !$0.isEmpty }.joined(separator: " ")
    }
}
