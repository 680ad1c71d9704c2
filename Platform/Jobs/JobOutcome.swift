/// What becomes of a job after an attempt.
enum JobOutcome: Sendable, Equatable {
    /// It is done.
    case done
    /// It is tried again, not before this wait is over.
    case retry(after: Duration, JobFailure)
    /// It is given up.
    case failed(JobFailure)
    /// It is handed back as if the attempt had not been made.
    case released
    /// It is somebody else's by now, so there is nothing to say about it.
    case lost
}

/// Why an attempt was stopped from outside.
enum JobStop: Error, Sendable, Equatable {
    /// It took longer than its policy allows.
    case timeout(Duration)
    /// It was cancelled, or another worker has it.
    case lost
    /// The process ends.
    case shutdown
}

/// What went wrong, as it is stored for the operator.
struct JobFailure: Sendable, Equatable {
    let type: String
    let description: String

    init(type: String, description: String) {
        self.type = type
        self.description = String(description.prefix(1000))
    }

    init(_ error: any Error) {
        self.init(type: "\(Swift.type(of: error))", description: "\(error)")
    }
}

extension JobOutcome {
    /// The outcome of an attempt that ended with an error.
    init(after error: any Error, attempt: Int, policy: JobPolicy) {
        switch error {
        case JobStop.lost: self = .lost
        case JobStop.shutdown: self = .released
        case JobStop.timeout(let limit):
            let failure = JobFailure(type: "Timeout", description: "the attempt took longer than \(limit)")
            self.init(after: failure, attempt: attempt, policy: policy)
        case is JobRefused: self = .failed(JobFailure(error))
        default: self.init(after: JobFailure(error), attempt: attempt, policy: policy)
        }
    }

    private init(after failure: JobFailure, attempt: Int, policy: JobPolicy) {
        if let delay = policy.delay(afterAttempt: attempt) {
            self = .retry(after: delay, failure)
        } else {
            self = .failed(failure)
        }
    }

    /// The word for metrics.
    var name: String {
        switch self {
        case .done: "done"
        case .retry: "retried"
        case .failed: "failed"
        case .released: "released"
        case .lost: "lost"
        }
    }
}

extension JobOutcome {
    /// What went wrong; nil when nothing did that is the job's own.
    var failure: JobFailure? {
        switch self {
        case .retry(_, let failure), .failed(let failure): failure
        case .done, .released, .lost: nil
        }
    }
}
