import FoundationEssentials
import Logging
import Origin
import ServiceContextModule
import Tracing

extension JobWorker {
    /// Makes one attempt and writes down what became of it.
    func attempt(_ job: ClaimedJob, _ stops: AsyncStream<JobStop>) async {
        let start = ContinuousClock.now
        let outcome = await job.origin.run { await self.traced(job, stops) }
        await settle(job, outcome)
        metrics.record(start.duration(to: .now), job.kind, outcome)
    }

    /// Makes it a part of the trace in which the job was enqueued.
    private func traced(_ job: ClaimedJob, _ stops: AsyncStream<JobStop>) async -> JobOutcome {
        guard job.origin.traceparent != nil, ServiceContext.isTraced else { return await outcome(of: job, stops) }
        return await withSpan("process \(job.kind)", ofKind: .consumer) { span in
            let outcome = await outcome(of: job, stops)
            span.updateAttributes { attributes in
                attributes["messaging.system"] = "storytime.jobs"
                attributes["messaging.operation.type"] = "process"
                attributes["messaging.destination.name"] = job.kind
                attributes["messaging.message.id"] = job.claim.id.uuidString.lowercased()
                attributes["storytime.job.attempt"] = job.claim.attempt
                attributes["storytime.job.outcome"] = outcome.name
                attributes["error.type"] = outcome.failure?.type
            }
            if outcome.failure != nil { span.setStatus(SpanStatus(code: .error)) }
            return outcome
        }
    }

    private func outcome(of job: ClaimedJob, _ stops: AsyncStream<JobStop>) async -> JobOutcome {
        // The claim asks for known kinds only.
        guard let handler = handlers[job.kind] else { return .released }
        let run = JobRun(id: job.claim.id, attempt: job.claim.attempt) { [store] percent in
            try await store.note(percent, for: job.claim)
        }
        let result = await race(limit: handler.policy.timeout, stops) { try await handler.run(job.payload, run) }
        return switch result {
        case .success: .done
        case .failure(let error): JobOutcome(after: error, attempt: job.claim.attempt, policy: handler.policy)
        }
    }

    /// The database may be away for a moment, and the task may be cancelled by now: it must be said all the same.
    ///
    /// When it cannot be said, the job has no heartbeat from here on, and is recovered.
    private func settle(_ job: ClaimedJob, _ outcome: JobOutcome) async {
        log(outcome, of: job)
        let isOurs = await Task { [store] in
            for wait in [Duration.milliseconds(100), .milliseconds(500), .seconds(2), .seconds(5)] {
                if let isOurs = try? await store.settle(job.claim, outcome) { return isOurs }
                try? await Task.sleep(for: wait)
            }
            return false
        }.value
        if !isOurs { logger.warning("a job's outcome was not written", metadata: metadata(of: job, outcome)) }
    }

    private func log(_ outcome: JobOutcome, of job: ClaimedJob) {
        var metadata = metadata(of: job, outcome)
        switch outcome {
        case .done, .released, .lost:
            logger.debug("a job ended", metadata: metadata)
        case .retry(_, let failure):
            metadata["error.type"] = "\(failure.type)"
            logger.notice("a job will be tried again", metadata: metadata)
        case .failed(let failure):
            metadata["error.type"] = "\(failure.type)"
            logger.error("a job failed for good", metadata: metadata)
        }
    }

    private func metadata(of job: ClaimedJob, _ outcome: JobOutcome) -> Logger.Metadata {
        [
            "job.id": "\(job.claim.id)", "job.kind": "\(job.kind)", "job.attempt": "\(job.claim.attempt)",
            "job.outcome": "\(outcome.name)",
        ]
    }
}
