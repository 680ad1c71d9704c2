/// What was found where somebody looked, and what to do about it.
public struct Finding: Sendable, Hashable, Encodable {
    /// How much it matters.
    public enum Severity: String, Sendable, Encodable, CaseIterable {
        /// All is as it should be.
        case ok
        /// Nobody could look, because something else is wrong.
        case skipped
        /// It works, and is not as good or as safe as it could be.
        case warning
        /// It does not work, or will soon not.
        case error
    }

    /// What was looked at, such as `postgres.version`.
    public let check: String
    /// How much it matters.
    public let severity: Severity
    /// What was found.
    public let message: String
    /// What to do about it; nil where nothing has to be done.
    public let fix: String?

    /// All is as it should be.
    public static func ok(_ check: String, _ message: String) -> Finding {
        Finding(check: check, severity: .ok, message: message, fix: nil)
    }

    /// Nobody could look.
    public static func skipped(_ check: String, _ message: String) -> Finding {
        Finding(check: check, severity: .skipped, message: message, fix: nil)
    }

    /// It could be better.
    public static func warning(_ check: String, _ message: String, fix: String) -> Finding {
        Finding(check: check, severity: .warning, message: message, fix: fix)
    }

    /// It is wrong.
    public static func error(_ check: String, _ message: String, fix: String) -> Finding {
        Finding(check: check, severity: .error, message: message, fix: fix)
    }
}
