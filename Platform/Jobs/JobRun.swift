public import FoundationEssentials

/// One attempt at a job. Only a worker makes one, so it is also the proof of being outside of any transaction: what
/// leaves Postgres asks for it.
public struct JobRun: Sendable {
    /// The job: the same for every attempt.
    public let id: UUID
    /// 1 for the first attempt.
    public let attempt: Int
    private let note: @Sendable (_ percent: Int) async throws -> Void

    init(
        id: UUID,
        attempt: Int,
        note: @escaping @Sendable (_ percent: Int) async throws -> Void = { _ in }
    ) {
        self.id = id
        self.attempt = attempt
        self.note = note
    }

    /// Stores how far the attempt has come, from 0 to 100 per cent, for whoever watches the job.
    public func report(percent: Int) async throws {
        try await note(min(max(percent, 0), 100))
    }
}
