/// Where the database is and how much of it to use.
///
/// | key in the URL | default | meaning |
/// |---|---|---|
/// | `pool_max` | 20 | connections for transactions, at most |
/// | `pool_min` | 5 | of them kept open when idle |
/// | `pool_idle` | 30 | seconds after which an idle one above the minimum is closed |
/// | `pool_warn` | 5 | a warning is logged when more transactions wait for a connection |
/// | `read_connections` | 2 | connections of the read lane |
/// | `statement_timeout` | 1000 | milliseconds that one statement may run |
/// | `acquire_timeout` | 2000 | milliseconds for which a transaction waits for a free connection |
///
/// Every other key of the URL goes to libpq as it is (`host`, `sslmode`, `target_session_attrs` …).
public struct DatabaseConfiguration: Sendable {
    /// The URL for libpq, without our own keys. It may hold a password: never log it.
    let url: String
    /// Connects to another database than the URL's, for those who make databases.
    package var databaseName: String?
    /// Shown in `pg_stat_activity`, as `name/role`.
    public var applicationName = "storytime"
    /// Connections for transactions, at most.
    public var poolMaximum = 20
    /// Connections for transactions that stay open when idle.
    public var poolMinimum = 5
    /// How long a connection above the minimum may idle.
    public var idleTimeout: Duration = .seconds(30)
    /// A warning is logged when more transactions wait for a connection.
    public var waitingWarning = 5
    /// Connections that share all single reads.
    public var readConnections = 2
    /// How long opening a connection may take.
    public var connectTimeout: Duration = .seconds(2)
    /// How long a transaction waits for a free connection.
    public var acquireTimeout: Duration = .seconds(2)
    /// How many may wait for a connection, or for a place on the read lane, before the next is refused.
    public var waitingMaximum = 10_000
    /// How long one statement may run, enforced by the server.
    public var statementTimeout: Duration = .seconds(1)
    /// How long a transaction may sit idle between statements, enforced by the server.
    public var idleInTransactionTimeout: Duration = .seconds(10)
    /// How long the statement of a cancelled task may go on before the server is asked to stop it.
    public var cancelGrace: Duration = .milliseconds(250)
    /// Statements that take longer are logged by name.
    public var slowStatement: Duration = .milliseconds(100)

    /// Reads a libpq URL (`postgresql://user:password@host:port/database?key=value`).
    public init(url: String) throws(DatabaseError) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            throw DatabaseError(.configuration, "the database URL must begin with postgresql://")
        }
        let parts = url.split(separator: "?", maxSplits: 1)
        var kept: [Substring] = []
        var ours: [Substring: Int] = [:]
        for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let (key, value) = Self.split(pair)
            guard Self.ownKeys.contains(key) else {
                kept.append(pair)
                continue
            }
            guard let number = Int(value), number >= 0 else {
                throw DatabaseError(.configuration, "\(key) in the database URL must be a whole number, not \(value)")
            }
            ours[key] = number
        }
        self.url = parts[0] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        try apply(ours)
        try Self.check(self.url)
    }

    private static let ownKeys: Set<Substring> = [
        "pool_max", "pool_min", "pool_idle", "pool_warn", "read_connections", "statement_timeout", "acquire_timeout",
    ]

    private static func split(_ pair: Substring) -> (key: Substring, value: Substring) {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }

    private mutating func apply(_ ours: [Substring: Int]) throws(DatabaseError) {
        poolMaximum = ours["pool_max"] ?? poolMaximum
        poolMinimum = ours["pool_min"] ?? min(poolMinimum, poolMaximum)
        idleTimeout = ours["pool_idle"].map { .seconds($0) } ?? idleTimeout
        waitingWarning = ours["pool_warn"] ?? waitingWarning
        readConnections = ours["read_connections"] ?? readConnections
        statementTimeout = ours["statement_timeout"].map { .milliseconds($0) } ?? statementTimeout
        acquireTimeout = ours["acquire_timeout"].map { .milliseconds($0) } ?? acquireTimeout
        for key in ["pool_max", "read_connections", "statement_timeout", "acquire_timeout"] where ours[key[...]] == 0 {
            throw DatabaseError(.configuration, "\(key) in the database URL must be at least 1")
        }
        guard poolMinimum <= poolMaximum else {
            throw DatabaseError(.configuration, "pool_min (\(poolMinimum)) is above pool_max (\(poolMaximum))")
        }
    }

    /// Keywords for `PQconnectStartParams`: the URL first, then what it does not get to change.
    func keywords(role: String, readOnly: Bool) -> [(String, String)] {
        var settings = "-c statement_timeout=\(statementTimeout.milliseconds)"
        settings += " -c idle_in_transaction_session_timeout=\(idleInTransactionTimeout.milliseconds)"
        // Statements are short: compiling one takes longer than running it, even when its cost is overestimated.
        settings += " -c TimeZone=UTC -c jit=off"
        if readOnly { settings += " -c default_transaction_read_only=on" }
        // libpq expands the first dbname as a URL and takes the second as a plain name.
        let name = databaseName.map { [("dbname", $0)] } ?? []
        return [("dbname", url)] + name + [
            ("application_name", "\(applicationName)/\(role)"), ("client_encoding", "UTF8"),
            ("options", settings), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
        ]
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
