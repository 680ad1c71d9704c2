/// What a job has to do: a value that is stored as JSON and handed to the job's handler, at least once.
///
/// It carries identifiers, not personal data: the handler looks up what it needs when it runs.
public protocol JobPayload: Codable, Sendable {
    /// The stored name, `module.what-to-do`. Renaming it orphans stored jobs.
    static var kind: String { get }
    /// How it is queued, retried and kept.
    static var policy: JobPolicy { get }
}

extension JobPayload {
    /// The ordinary policy.
    public static var policy: JobPolicy { .standard }
}
