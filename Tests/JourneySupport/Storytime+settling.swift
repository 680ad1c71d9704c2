import Postgres
import StrictJSON

extension Storytime {
    /// Waits until every event has reached every listener and no job is left to do, also none that those gave rise to.
    package func settle(within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let (head, problems) = try await unsettled()
            // Jobs record events and events enqueue jobs: both are done when no event came while both were.
            if problems.isEmpty, try await unsettled() == (head, []) { return }
            guard ContinuousClock.now < deadline else { throw NotSettled(limit: limit, problems: problems) }
        }
    }

    /// Position of the log's end, and what is not done yet.
    private func unsettled() async throws -> (head: Int?, problems: [String]) {
        let command = try await run("outbox", "status", "--json")
        let status = (try? command.json) ?? .null
        let behind = (status["listeners"]?.array ?? []).filter { listener in
            ["waiting", "retrying", "parked", "dead"].contains { listener[$0] != 0 }
        }
        var problems = behind.map { String(decoding: $0.bytes, as: UTF8.self) }
        if command.end != .code(0), problems.isEmpty { problems.append(command.output + command.errors) }
        let jobs = try await database.read(
            """
            SELECT concat_ws(' ', kind, state, 'attempt', attempts, 'silent since', heartbeat_at, error) AS job
            FROM jobs.job WHERE state IN ('ready', 'running')
            """
        )
        return (status["head"]?.integer, problems + (try jobs.map { try $0["job"] }))
    }
}

/// Events or jobs were left over for too long.
package struct NotSettled: Error, CustomStringConvertible {
    let limit: Duration
    let problems: [String]
    /// What was left.
    package var description: String { "not settled within \(limit):\n" + problems.joined(separator: "\n") }
}
