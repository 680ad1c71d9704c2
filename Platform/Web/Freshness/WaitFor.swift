import FoundationEssentials
import Identifiers

/// What a client asks for in `Storytime-Wait-For`: writes, and how long it is ready to wait.
struct WaitFor: Sendable, Hashable {
    /// How many writes one request may name.
    static let maximum = 16

    /// The writes, as `Storytime-Position` named them.
    let writes: [UUID]
    /// The client's own limit.
    let timeout: Duration?

    /// Reads a value that ``pattern`` has let through.
    init(_ field: String) {
        let parts = field.split(separator: ";")
        writes = (parts.first ?? "").split(separator: ",").compactMap { UUID(canonical: String($0.trimmed)) }
        timeout = parts.dropFirst().first
            .flatMap { Int($0.trimmed.dropFirst("timeout=".count)) }.map { .milliseconds($0) }
    }

    /// One to sixteen writes, and perhaps `;timeout=` with milliseconds.
    static let pattern: Pattern = """
        ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\
        ([ \\t]*,[ \\t]*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}){0,15}\
        ([ \\t]*;[ \\t]*timeout=[0-9]{1,5})?$
        """
}
