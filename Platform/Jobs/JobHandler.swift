public import FoundationEssentials
import StrictJSON

/// Does one kind of job.
public struct JobHandler: Sendable {
    /// The kind's stored name.
    public let kind: String
    /// How it is retried and kept.
    public let policy: JobPolicy
    package let run: @Sendable (_ payload: [UInt8], JobRun) async throws -> Void

    /// Does jobs of one payload type. It may run twice for one job, also at once after a crash: use the job's
    /// identifier as the idempotency key towards whatever it talks to.
    public static func on<Payload: JobPayload>(
        _: Payload.Type, perform: @escaping @Sendable (Payload, JobRun) async throws -> Void
    ) -> JobHandler {
        JobHandler(kind: Payload.kind, policy: Payload.policy) { payload, run in
            try await perform(try JSON(parsing: payload).decode(Payload.self), run)
        }
    }
}

/// One attempt at a job.
public struct JobRun: Sendable {
    /// The job: the same for every attempt.
    public let id: UUID
    /// 1 for the first attempt.
    public let attempt: Int

    package init(id: UUID, attempt: Int) {
        self.id = id
        self.attempt = attempt
    }
}

/// Thrown by a handler when trying again cannot help. The job fails for good at once.
public struct JobRefused: Error, CustomStringConvertible {
    /// Why, for the operator; no personal data.
    public let description: String

    /// Gives the reason.
    public init(_ reason: String) { description = reason }
}
