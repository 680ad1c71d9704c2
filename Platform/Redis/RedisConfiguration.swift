/// Where Redis is and how long to wait for it.
///
/// | URL | leads to |
/// |---|---|
/// | `redis://user:password@host:6379/2` | a server over TCP; user, password, port and database may be left out |
/// | `unix:///run/redis/redis.sock?db=2` | a server on this machine; `unix://user:password@/run/…` with a password |
///
/// Characters such as `@`, `/` and `%` in a user or password are percent-encoded.
public struct RedisConfiguration: Sendable {
    /// Where the server listens.
    enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    let endpoint: Endpoint
    let user: String?
    /// Never log it.
    let password: String?
    let database: Int

    /// Shown in `CLIENT LIST`.
    public var clientName = "storytime"
    /// How long connecting may take, up to the server's first answer.
    public var connectTimeout: Duration = .seconds(1)
    /// How long one command may take, the wait for a connection included.
    public var commandTimeout: Duration = .milliseconds(500)
    /// How long a server that owes an answer may stay silent before its connection is given up.
    public var silenceTimeout: Duration = .seconds(2)
    /// How often a subscription, which hears nothing when there is nothing to tell, asks whether the server lives.
    public var heartbeat: Duration = .seconds(5)
    /// How many commands may be on their way before the next is refused.
    public var inFlightMaximum = 20_000

    /// Reads a URL; says what is wrong with one that cannot be used, without its password.
    public init(url: String) throws(RedisError) {
        let parts = try RedisURL(url)
        endpoint = try parts.endpoint()
        (user, password) = try parts.credentials()
        database = try parts.database()
    }

    /// What every connection says first. The PING is answered only by a server that is ready to serve.
    func greeting(role: String) -> [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password {
            if let user {
                commands.append(RedisCommand(own: ["AUTH", .text(user), .text(password)]))
            } else {
                commands.append(RedisCommand(own: ["AUTH", .text(password)]))
            }
        }
        if database != 0 { commands.append(RedisCommand(own: ["SELECT", .integer(database)])) }
        commands.append(RedisCommand(own: ["PING"]))
        // Without permission for it the connection merely has no name, so its answer is not looked at.
        commands.append(RedisCommand(own: ["CLIENT", "SETNAME", .text("\(clientName)/\(role)")]))
        return commands
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// Where it leads, without user and password.
    public var description: String {
        switch endpoint {
        case .tcp(let host, let port): "redis://\(host):\(port)/\(database)"
        case .unix(let path): "unix://\(path)?db=\(database)"
        }
    }
}
