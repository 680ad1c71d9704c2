/// How the server listens and what it puts up with.
///
/// | key | default | |
/// |---|---|---|
/// | `host` | 127.0.0.1 | the address to bind |
/// | `port` | 8080 | 0 takes a free one |
/// | `tls` | none | certificate and key for HTTPS, with HTTP/2 |
/// | `certificateCheck` | 60 s | between looks at whether certificate or key have changed |
/// | `bodyLimit` | 1 MiB | larger bodies are answered 413 |
/// | `headerLimit` | 32 KiB | larger header fields, one or all together, are answered 431 |
/// | `requestDeadline` | 30 s | from the request's head to its reply, the arrival of the body included |
/// | `idleTimeout` | 75 s | until a connection without a request in progress is closed |
/// | `headTimeout` | 10 s | from the first byte of a request's head to its last |
/// | `stallTimeout` | 30 s | until a client that does not read is cut off |
/// | `connections` | 10,000 | more are turned away |
/// | `connectionsPerClient` | 1,000 | the same for one address, or one /64 network of IPv6; trusted proxies are exempt |
/// | `cursorSecret` | random | what cursors are signed with; the same on all nodes |
/// | `sharedReplies` | 16 MiB | for replies that are the same for everybody |
/// | `trustedProxies` | none | who may name the client's address |
/// | `origins` | none | which web sites' pages may call the API |
/// | `publicURL` | / | where clients find the API |
/// | `shutdownDelay` | 0 s | between "not ready" and the end of listening |
public struct WebConfiguration: Sendable, Hashable {
    /// The address to bind.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 8080
    /// Certificate and key for HTTPS; plain HTTP without.
    public var tls: TLSFiles?
    /// How often to look whether certificate or key have changed.
    public var certificateCheck: Duration = .seconds(60)
    /// The largest body in bytes.
    public var bodyLimit = 1 << 20
    /// The largest header fields in bytes.
    public var headerLimit = 32 << 10
    /// How long one request may take in all.
    public var requestDeadline: Duration = .seconds(30)
    /// How long a connection may idle; keep it above the deadline, or slow bodies end without a reply, and above the time
    /// for which proxies and clients keep theirs, mostly 60 s, or a request may meet the end of its connection.
    public var idleTimeout: Duration = .seconds(75)
    /// How long the head of a request may take to arrive.
    public var headTimeout: Duration = .seconds(10)
    /// How long a client may not read.
    public var stallTimeout: Duration = .seconds(30)
    /// How many connections may be open.
    public var connections = 10_000
    /// How many of them may be one client's.
    public var connectionsPerClient = 1_000
    /// What cursors are signed with; nil for a secret of this process' own.
    public var cursorSecret: [UInt8]?
    /// How many bytes of replies that are the same for everybody are kept.
    public var sharedReplies = 16 << 20
    /// Who may name the client's address.
    public var trustedProxies = TrustedProxies()
    /// Which web sites' pages may call the API.
    public var origins: Set<WebOrigin> = []
    /// How long load balancers get to notice that the server is going away.
    public var shutdownDelay: Duration = .zero
    /// Where clients find the API; `/` for wherever they have its OpenAPI document from.
    public var publicURL = "/"
    /// The name of the API in its OpenAPI document.
    public var title = "Storytime"
    /// The version of the API in its OpenAPI document.
    public var version = "1.0.0"

    /// The defaults above.
    public init() {}
}
