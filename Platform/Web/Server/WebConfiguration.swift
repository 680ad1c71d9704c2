/// How the server listens and what it puts up with.
///
/// | key | default | |
/// |---|---|---|
/// | `host` | 127.0.0.1 | the address to bind |
/// | `port` | 8080 | 0 takes a free one |
/// | `bodyLimit` | 1 MiB | larger bodies are answered 413 |
/// | `requestDeadline` | 30 s | from the request's head to its reply, the arrival of the body included |
/// | `idleTimeout` | 60 s | until a connection without a request in progress is closed |
/// | `stallTimeout` | 30 s | until a client that does not read is cut off |
/// | `trustedProxies` | none | who may name the client's address |
/// | `shutdownDelay` | 0 s | between "not ready" and the end of listening |
public struct WebConfiguration: Sendable, Hashable {
    /// The address to bind.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 8080
    /// The largest body in bytes.
    public var bodyLimit = 1 << 20
    /// How long one request may take in all.
    public var requestDeadline: Duration = .seconds(30)
    /// How long a connection may idle; keep it above the deadline, or slow bodies end without a reply.
    public var idleTimeout: Duration = .seconds(60)
    /// How long a client may not read.
    public var stallTimeout: Duration = .seconds(30)
    /// Who may name the client's address.
    public var trustedProxies = TrustedProxies()
    /// How long load balancers get to notice that the server is going away.
    public var shutdownDelay: Duration = .zero
    /// The name of the API in its OpenAPI document.
    public var title = "Storytime"
    /// The version of the API in its OpenAPI document.
    public var version = "1.0.0"

    /// The defaults above.
    public init() {}
}
