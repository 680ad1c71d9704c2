import Jobs
import Postgres

extension Scenario {
    /// Lets time pass, without waiting: the clock moves, and what was to be tried again or done by then is due.
    public func pass(_ time: Duration) async throws {
        clock.advance(by: time)
        let seconds = Double(time.components.seconds)
        try await database.transaction { tx in
            tx.send("UPDATE events.deviation SET next_attempt_at = next_attempt_at - make_interval(secs => \(seconds))")
            tx.send("UPDATE jobs.job SET run_at = run_at - make_interval(secs => \(seconds)) WHERE state = 'ready'")
        }
    }

    /// Does the jobs that are due, delivers the events that come of them, and tells how many attempts were made.
    @discardableResult
    public func work() async throws -> Int {
        let attempts = try await worker.drain()
        try await drain()
        return attempts
    }

    /// Lets the module hear every event again, as a replay does, and tells what came of it: nothing, if its listeners
    /// are idempotent.
    public func replay() async throws -> Effects {
        try await when {
            try await database.transaction { tx in
                _ = try await tx.execute("UPDATE events.cursor SET position = 0")
            }
        }
    }
}
