/// Something the process needs, and how to ask whether it works.
public struct HealthCheck: Sendable {
    /// What is asked, such as `postgres:connections`.
    public let name: String
    /// Whether its failure makes the process not ready; otherwise it only degrades.
    public let isRequired: Bool
    /// Asks, for at most a second; what takes longer counts as failed.
    public let check: @Sendable () async throws -> HealthStatus

    /// A check.
    public init(_ name: String, required: Bool, check: @escaping @Sendable () async throws -> HealthStatus) {
        self.name = name
        isRequired = required
        self.check = check
    }
}

/// How something is.
public struct HealthStatus: Sendable, Hashable {
    enum Level: String, Sendable {
        case pass, warn, fail
    }

    let level: Level
    let output: String?

    /// It works.
    public static let pass = HealthStatus(level: .pass, output: nil)

    /// It works, but somebody should look; the text is public.
    public static func warn(_ output: String) -> HealthStatus { HealthStatus(level: .warn, output: output) }

    /// It does not work; the text is public.
    public static func fail(_ output: String) -> HealthStatus { HealthStatus(level: .fail, output: output) }
}
