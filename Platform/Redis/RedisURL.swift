/// The parts of a Redis URL, and what is wrong with them.
struct RedisURL {
    private let isUnix: Bool
    private let userInfo: Substring?
    private let authority: Substring
    private let path: Substring
    private let query: Substring?

    init(_ url: String) throws(RedisError) {
        guard let mark = url.firstRange(of: "://") else { throw Self.wrongScheme }
        switch url[..<mark.lowerBound] {
        case "redis": isUnix = false
        case "unix", "redis+unix": isUnix = true
        case "rediss":
            throw RedisError(
                .configuration,
                "rediss:// (TLS) is not supported. Use redis:// over a private network, or to a local TLS proxy such "
                    + "as stunnel"
            )
        default: throw Self.wrongScheme
        }
        let rest = url[mark.upperBound...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let location = rest[0]
        query = rest.count > 1 ? rest[1] : nil
        let slash = location.firstIndex(of: "/") ?? location.endIndex
        path = location[slash...]
        if let at = location[..<slash].lastIndex(of: "@") {
            userInfo = location[..<at]
            authority = location[location.index(after: at)..<slash]
        } else {
            userInfo = nil
            authority = location[..<slash]
        }
    }

    private static let wrongScheme = RedisError(
        .configuration,
        "the Redis URL must begin with redis:// or unix://, for example redis://localhost:6379/0"
    )

    func endpoint() throws(RedisError) -> RedisConfiguration.Endpoint {
        guard isUnix else { return try tcp() }
        guard authority.isEmpty else {
            throw RedisError(.configuration, "a unix:// URL has no host: write unix:///run/redis/redis.sock")
        }
        let path = try Self.decode(path, "path of the socket")
        guard path.utf8.count > 1 else {
            throw RedisError(.configuration, "the path of the socket is missing: write unix:///run/redis/redis.sock")
        }
        guard path.utf8.count < 108 else {
            throw RedisError(.configuration, "the path of the socket is longer than 107 bytes, which no socket can be")
        }
        return .unix(path: path)
    }

    private func tcp() throws(RedisError) -> RedisConfiguration.Endpoint {
        var host = authority
        var digits: Substring?
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            digits = rest.hasPrefix(":") ? rest.dropFirst() : rest.isEmpty ? nil : rest
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            digits = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else {
            throw RedisError(.configuration, "the host is missing in the Redis URL: write redis://localhost:6379")
        }
        guard let port = digits.map({ Int($0) }) ?? 6379, (1...65535).contains(port) else {
            throw RedisError(.configuration, "the port in the Redis URL must be a number from 1 to 65535")
        }
        return .tcp(host: String(host), port: port)
    }

    func credentials() throws(RedisError) -> (user: String?, password: String?) {
        guard let userInfo, !userInfo.isEmpty else { return (nil, nil) }
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw RedisError(
                .configuration,
                "the Redis URL has a user and no password. Write redis://user:password@host, or redis://:password@host "
                    + "for the default user"
            )
        }
        let user = try Self.decode(parts[0], "user")
        return (user.isEmpty ? nil : user, try Self.decode(parts[1], "password"))
    }

    func database() throws(RedisError) -> Int {
        var digits = isUnix ? "" : path.dropFirst()
        for pair in query?.split(separator: "&") ?? [] {
            guard pair.hasPrefix("db=") else {
                let key = pair.prefix { $0 != "=" }
                throw RedisError(.configuration, "the Redis URL knows no option '\(key)'; there is only db=NUMBER")
            }
            digits = pair.dropFirst(3)
        }
        guard let number = digits.isEmpty ? 0 : Int(digits), number >= 0 else {
            throw RedisError(
                .configuration,
                "the database in the Redis URL must be a whole number, as in redis://localhost:6379/2"
            )
        }
        return number
    }

    /// Undoes percent-encoding. The text itself may be secret, so errors do not quote it.
    private static func decode(_ text: Substring, _ part: String) throws(RedisError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                throw RedisError(.configuration, "the \(part) in the Redis URL has a '%' that must be written %25")
            }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !decoded.utf8.contains(0) else {
            throw RedisError(.configuration, "the \(part) in the Redis URL is not UTF-8 text")
        }
        return decoded
    }
}
