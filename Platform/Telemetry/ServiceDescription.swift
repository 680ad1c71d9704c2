/// Which program speaks: in every log line and with every span.
public struct ServiceDescription: Sendable, Hashable {
    /// `service.name`.
    public let name: String
    /// `service.version`.
    public let version: String

    /// A program of this name and version.
    public init(name: String = "storytime", version: String) {
        self.name = name
        self.version = version
    }
}
