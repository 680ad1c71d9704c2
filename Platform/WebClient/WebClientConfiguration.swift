/// How other servers are called.
///
/// | key | default | |
/// |---|---|---|
/// | `timeout` | 10 s | one call in all, from the first byte sent to the last one read |
/// | `connectTimeout` | 2 s | opening a connection, TLS included |
/// | `bodyLimit` | 1 MiB | a larger reply is an error |
/// | `connections` | 8 | open at once to one host and port |
/// | `idleTimeout` | 60 s | how long a connection waits for its next call |
public struct WebClientConfiguration: Sendable, Hashable {
    /// How long one call may take in all.
    public var timeout: Duration = .seconds(10)
    /// How long opening a connection may take.
    public var connectTimeout: Duration = .seconds(2)
    /// The largest body that is read, in bytes.
    public var bodyLimit = 1 << 20
    /// Connections to one host and port at once.
    public var connections = 8
    /// How long a connection waits for its next call.
    public var idleTimeout: Duration = .seconds(60)

    /// The defaults above.
    public init() {}
}
