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
    ///
    /// It is cancelled when its time is up, when the job was taken from it, and at the end of a graceful stop: what it
    /// awaits has to heed that.
    public static func on<Payload: JobPayload>(
        _: Payload.Type,
        perform: @escaping @Sendable (Payload, JobRun) async throws -> Void
    ) -> JobHandler {
        JobHandler(kind: Payload.kind, policy: Payload.policy) { bytes, run in
            try await perform(try decode(bytes), run)
        }
    }

    /// The same bytes will not decode next time either.
    private static func decode<Payload: JobPayload>(_ bytes: [UInt8]) throws -> Payload {
        do {
            return try JSON(parsing: bytes).decode()
        } catch {
            throw JobRefused("the payload is not a \(Payload.self) of this build: \(error)")
        }
    }
}

/// Thrown by a handler when trying again cannot help. The job fails for good at once.
public struct JobRefused: Error, CustomStringConvertible {
    /// Why, for the operator; no personal data.
    public let description: String

    /// Gives the reason.
    public init(_ reason: String) { description = reason }
}
