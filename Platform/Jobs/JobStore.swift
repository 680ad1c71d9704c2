import FoundationEssentials
import Postgres

/// The queue's table as one worker sees it.
struct JobStore: Sendable {
    let database: Database
    /// Names this worker since it was started; no other ever has the same.
    let boot: UUID
    /// The kinds that it knows, with what the statements need of their policies.
    let kinds: [String]
    let attempts: [Int]
    let keepFailed: [Double]

    init(database: Database, boot: UUID, handlers: [JobHandler]) {
        self.database = database
        self.boot = boot
        kinds = handlers.map(\.kind)
        attempts = handlers.map(\.policy.attempts)
        keepFailed = handlers.map(\.policy.keepFailed.seconds)
    }

    /// Takes due jobs, most urgent first. The attempt is counted here, so that one which kills the process counts too.
    func claim(upTo limit: Int) async throws -> [ClaimedJob] {
        try await database.transaction { tx in
            try await tx.query(
                """
                WITH due AS MATERIALIZED (
                    SELECT id FROM jobs.job
                    WHERE state = 'ready' AND run_at <= now() AND kind = ANY(\(kinds))
                    ORDER BY priority, run_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
                ), claimed AS (
                    UPDATE jobs.job
                    SET state = 'running', attempts = attempts + 1, locked_by = \(boot), heartbeat_at = now(),
                        progress = 0
                    FROM due WHERE job.id = due.id
                    RETURNING job.*
                )
                SELECT id, kind, payload, attempts, actor, request_id, correlation_id, causation_id, traceparent
                FROM claimed ORDER BY priority, run_at
                """
            ).map { try ClaimedJob($0) }
        }
    }

    /// Writes down what became of an attempt.
    ///
    /// - Returns: Whether the job was still this worker's, in this attempt; if not, nothing was written.
    func settle(_ claim: ClaimedJob.Claim, _ outcome: JobOutcome) async throws -> Bool {
        switch outcome {
        case .done: try await finish(claim, as: "done", nil)
        case .failed(let failure): try await finish(claim, as: "failed", failure)
        case .retry(let delay, let failure): try await putBack(claim, after: delay, failure, attempts: claim.attempt)
        case .released: try await putBack(claim, after: .zero, nil, attempts: claim.attempt - 1)
        case .lost: false
        }
    }

    private func finish(_ claim: ClaimedJob.Claim, as state: String, _ failure: JobFailure?) async throws -> Bool {
        try await database.transaction { tx in
            try await tx.execute(
                """
                UPDATE jobs.job
                SET state = \(state), finished_at = now(), locked_by = NULL, heartbeat_at = NULL,
                    progress = CASE \(state) WHEN 'done' THEN 100 ELSE progress END,
                    error_type = \(failure?.type), error = \(failure?.description)
                WHERE id = \(claim.id) AND attempts = \(claim.attempt) AND locked_by = \(boot) AND state = 'running'
                """
            ) == 1
        }
    }

    private func putBack(
        _ claim: ClaimedJob.Claim,
        after delay: Duration,
        _ failure: JobFailure?,
        attempts: Int
    ) async throws -> Bool {
        try await database.transaction { tx in
            try await tx.execute(
                """
                UPDATE jobs.job
                SET state = 'ready', attempts = \(attempts), run_at = now() + make_interval(secs => \(delay.seconds)),
                    locked_by = NULL, heartbeat_at = NULL,
                    error_type = coalesce(\(failure?.type), error_type),
                    error = coalesce(\(failure?.description), error)
                WHERE id = \(claim.id) AND attempts = \(claim.attempt) AND locked_by = \(boot) AND state = 'running'
                """
            ) == 1
        }
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
