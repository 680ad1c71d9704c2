/// Something the process needs, and how to ask whether it works.
public struct HealthCheck: Sendable {
    /// What is asked, such as `postgres:connections`.
    public let name: String
    /// The page that shows it: `db` is `/health/db`.
    public let part: String
    /// Whether its failure makes the process not ready; otherwise it only degrades.
    public let isRequired: Bool
    /// Whether `/health` and `/health/ready` ask as well. What is slow, or leaves the machine, is asked by its own page and
    /// by `/health/full` alone.
    public let isProbed: Bool
    /// How long an answer is good for, however many ask.
    public let freshness: Duration
    /// Asks, for at most a second; what takes longer counts as failed.
    public let check: @Sendable () async throws -> HealthStatus

    /// A check. Its page is named by what stands before the colon of its name, unless told otherwise.
    public init(
        _ name: String,
        of part: String? = nil,
        required: Bool = false,
        probed: Bool = true,
        freshFor freshness: Duration = .seconds(1),
        check: @escaping @Sendable () async throws -> HealthStatus
    ) {
        self.name = name
        self.part = part ?? String(name.prefix { $0 != ":" })
        isRequired = required
        isProbed = probed
        self.freshness = freshness
        self.check = check
    }
}
