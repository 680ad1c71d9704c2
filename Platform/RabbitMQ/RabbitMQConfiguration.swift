/// How to reach a broker.
///
/// Never shows its login: not in a description, not in a dump.
public struct RabbitMQConfiguration: Sendable, Hashable {
    /// How TLS is done.
    public struct Encryption: Sendable, Hashable {
        /// False takes any certificate, for tests: whoever sits in between can read along.
        public var isVerified = true
        /// A file of certificates to trust.
        public var authority = "/etc/ssl/certs/ca-certificates.crt"
        /// Our own certificate and its key, where the broker asks for one.
        public var identity: Identity?

        /// A client certificate, in files.
        public struct Identity: Sendable, Hashable {
            /// The certificate's file.
            public let certificate: String
            /// The private key's file.
            public let key: String
        }
    }

    /// The broker's name or address.
    public let host: String
    /// The port it listens on.
    public let port: Int
    /// The virtual host.
    public let virtualHost: String
    /// TLS; nil speaks in the clear.
    public let encryption: Encryption?
    let user: String
    let password: String

    /// How long connecting may take, TLS and login included.
    public var connectTimeout: Duration = .seconds(5)
    /// How long one batch may take to be confirmed.
    public var confirmTimeout: Duration = .seconds(10)
    /// After how many seconds of silence either side gives up the connection.
    public var heartbeat = 30
    /// What the broker's operators see of the connection.
    public var connectionName = "storytime"

    init(
        host: String,
        port: Int,
        virtualHost: String,
        encryption: Encryption?,
        user: String,
        password: String
    ) {
        self.host = host
        self.port = port
        self.virtualHost = virtualHost
        self.encryption = encryption
        self.user = user
        self.password = password
    }
}

extension RabbitMQConfiguration: CustomStringConvertible, CustomReflectable {
    /// Hides the user as well: some services use one token for both.
    public var description: String {
        "\(encryption == nil ? "amqp" : "amqps")://***@\(host):\(port)\(virtualHost == "/" ? "" : "/\(virtualHost)")"
    }

    /// Shows the same to `dump`.
    public var customMirror: Mirror { Mirror(self, children: [("url", description)]) }
}
