/// A command, encoded for the wire by the task that sends it.
struct RedisCommand: Sendable {
    let name: String
    let encoded: [UInt8]

    /// Refuses what would change the shared connection under everybody else.
    init(_ words: [RedisArgument]) throws(RedisError) {
        guard let first = words.first else { throw RedisError(.notAllowed, "a command needs a name") }
        name = String(decoding: first.bytes, as: UTF8.self).uppercased()
        if let reason = Self.refusal(name, words.dropFirst()) {
            throw RedisError(.notAllowed, "\(name) cannot be sent on the shared connection: \(reason)")
        }
        encoded = Self.encode(words)
    }

    /// For the connection itself, which may do what callers may not.
    init(own words: [RedisArgument]) {
        name = words.first.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        encoded = Self.encode(words)
    }

    private static func encode(_ words: [RedisArgument]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.reduce(16) { $0 + $1.bytes.count + 16 })
        bytes += "*\(words.count)\r\n".utf8
        for word in words {
            bytes += "$\(word.bytes.count)\r\n".utf8
            bytes += word.bytes
            bytes += "\r\n".utf8
        }
        return bytes
    }

    private static func refusal(_ name: String, _ arguments: ArraySlice<RedisArgument>) -> String? {
        if let reason = refusals[name] { return reason }
        let isOption = { (option: String) in
            arguments.contains { String(decoding: $0.bytes, as: UTF8.self).uppercased() == option }
        }
        switch name {
        case "CLIENT" where isOption("REPLY"): return "replies would be taken for those of others"
        case "XREAD" where isOption("BLOCK"), "XREADGROUP" where isOption("BLOCK"): return blocks
        default: return nil
        }
    }

    private static let blocks = "everybody would wait behind it"
    private static let refusals: [String: String] = {
        let reasons: [(String, [String])] = [
            (blocks, ["BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT"]),
            ("use a script to run several commands as one", ["MULTI", "EXEC", "DISCARD", "WATCH"]),
            ("use subscribe(to:)", ["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE"]),
            ("it is set by the Redis URL", ["AUTH", "SELECT", "HELLO"]),
            ("it would end the conversation", ["MONITOR", "SYNC", "PSYNC", "QUIT", "RESET"]),
        ]
        return Dictionary(
            reasons.flatMap { reason, names in names.map { ($0, reason) } },
            uniquingKeysWith: { first, _ in first }
        )
    }()
}
