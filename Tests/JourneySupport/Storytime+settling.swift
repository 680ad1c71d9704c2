import Postgres
import StrictJSON

extension Storytime {
    /// Waits until every event has reached every listener and no job is left to do, also none that those gave rise to.
    package func settle(within limit: Duration = .seconds(20)) async throws {
        try await eventually("everything is settled", within: limit) {
            // Jobs record events and events enqueue jobs: both are done when no event came while both were.
            guard let before = try await settledHead(), try await unfinishedJobs() == 0 else { return false }
            return try await settledHead() == before
        }
    }

    /// Position of the log's end, when `outbox status` says that all is well.
    private func settledHead() async throws -> Int? {
        let status = try await run("outbox", "status", "--json")
        return status.end == .code(0) ? try status.json["head"]?.integer : nil
    }

    private func unfinishedJobs() async throws -> Int {
        try await database.read("SELECT count(*) AS count FROM jobs.job WHERE state IN ('ready', 'running')")[0]["count"]
    }
}
