import FoundationEssentials
import Postgres

extension JobStore {
    /// Says that these attempts are alive.
    ///
    /// - Returns: Those that are still this worker's.
    func beat(_ claims: [ClaimedJob.Claim]) async throws -> Set<ClaimedJob.Claim> {
        guard !claims.isEmpty else { return [] }
        let rows = try await database.transaction(.unhurried) { tx in
            try await tx.query(
                """
                UPDATE jobs.job SET heartbeat_at = now()
                FROM unnest(\(claims.map(\.id)), \(claims.map(\.attempt))) AS mine (id, attempt)
                WHERE job.id = mine.id AND attempts = mine.attempt AND locked_by = \(boot) AND state = 'running'
                RETURNING job.id, attempts
                """
            )
        }
        return Set(try rows.map { ClaimedJob.Claim(id: try $0["id"], attempt: try $0["attempts"]) })
    }

    /// Stores how far an attempt has come.
    func note(_ percent: Int, for claim: ClaimedJob.Claim) async throws {
        try await database.transaction(.unhurried) { tx in
            tx.send(
                """
                UPDATE jobs.job SET progress = \(percent)
                WHERE id = \(claim.id) AND attempts = \(claim.attempt) AND locked_by = \(boot) AND state = 'running'
                """
            )
        }
    }

    /// Takes running jobs from workers that have been silent for so long, however long the jobs have run.
    ///
    /// - Returns: How many became ready again, or failed because that was their last attempt.
    func recover(silentFor silence: Duration) async throws -> Int {
        try await database.transaction { tx in
            try await tx.execute(
                """
                WITH known AS (
                    SELECT * FROM unnest(\(kinds), \(attempts)) AS known (kind, attempts)
                ), silent AS MATERIALIZED (
                    SELECT job.id, job.attempts >= known.attempts AS spent
                    FROM jobs.job JOIN known USING (kind)
                    WHERE state = 'running' AND heartbeat_at < now() - make_interval(secs => \(silence.seconds))
                    FOR UPDATE OF job SKIP LOCKED
                )
                UPDATE jobs.job
                SET state = CASE WHEN spent THEN 'failed' ELSE 'ready' END,
                    finished_at = CASE WHEN spent THEN now() END, run_at = now(),
                    locked_by = NULL, heartbeat_at = NULL,
                    error_type = 'WorkerLost', error = 'the worker stopped sending heartbeats'
                FROM silent WHERE job.id = silent.id
                """
            )
        }
    }

    /// Deletes a bounded number of finished jobs whose time is up.
    ///
    /// - Returns: How many; none means that no more are due.
    func sweep(keepDone: Duration) async throws -> Int {
        try await database.transaction(.unhurried) { tx in
            try await tx.execute(
                """
                DELETE FROM jobs.job WHERE id IN (
                    (SELECT id FROM jobs.job
                     WHERE state IN ('done', 'cancelled')
                       AND finished_at < now() - make_interval(secs => \(keepDone.seconds))
                     LIMIT 1000)
                    UNION ALL
                    (SELECT id FROM jobs.job
                     JOIN unnest(\(kinds), \(keepFailed)) AS known (kind, keep) USING (kind)
                     WHERE state = 'failed' AND finished_at < now() - make_interval(secs => keep)
                     LIMIT 1000)
                )
                """
            )
        }
    }

    /// The kinds of waiting jobs that this worker does not know.
    func unknownKinds() async throws -> [(kind: String, count: Int)] {
        try await database.read(
            """
            SELECT kind, count(*) AS count FROM jobs.job
            WHERE state = 'ready' AND NOT kind = ANY(\(kinds)) GROUP BY kind ORDER BY kind
            """
        ).map { (try $0["kind"], try $0["count"]) }
    }
}

extension TransactionOptions {
    /// For what is done again anyway if a crash of the server undoes it.
    fileprivate static var unhurried: TransactionOptions {
        var options = TransactionOptions()
        options.asynchronousCommit = true
        return options
    }
}
