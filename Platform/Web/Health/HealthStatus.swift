/// How something is.
public struct HealthStatus: Sendable, Hashable {
    enum Level: String, Sendable, CaseIterable {
        case pass, warn, fail
    }

    let level: Level
    let output: String?
    /// What was counted, for administrators alone.
    var values: [String: Int] = [:]

    /// It works.
    public static let pass = HealthStatus(level: .pass, output: nil)

    /// It is not there, because nobody configured it. Nothing is wrong with that.
    public static let notConfigured = HealthStatus(level: .pass, output: "Not configured")

    /// It works, but somebody should look; the text is public.
    public static func warn(_ output: String) -> HealthStatus { HealthStatus(level: .warn, output: output) }

    /// It does not work; the text is public.
    public static func fail(_ output: String) -> HealthStatus { HealthStatus(level: .fail, output: output) }

    /// The same with what was counted, which administrators alone are shown.
    public func reporting(_ values: [String: Int]) -> HealthStatus {
        var status = self
        status.values.merge(values) { $1 }
        return status
    }
}
