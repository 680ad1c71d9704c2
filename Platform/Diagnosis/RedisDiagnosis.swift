import Logging
import Reactor
public import Redis

/// Looks over a Redis that holds nothing but what can be made again.
public struct RedisDiagnosis: Sendable {
    private let configuration: RedisConfiguration

    /// A diagnosis of the server that a configuration leads to.
    public init(_ configuration: RedisConfiguration) { self.configuration = configuration }

    /// Whether the server answers, and if it does, how it is.
    public func findings() async -> [Finding] {
        do {
            let loop = try ReactorLoop()
            let client = RedisClient(
                configuration,
                on: loop,
                logger: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
            )
            let findings: [Finding]
            do {
                let info = try await client.send(["INFO"], timeout: .seconds(2)).asText() ?? ""
                findings = Self.judge(info)
            } catch {
                findings = [
                    .error(
                        Self.reach,
                        "cannot be asked: \(error)",
                        fix: "start it, or correct STORYTIME_REDIS_URL, or unset it"
                    )
                ]
            }
            await client.close()
            loop.stop()
            return findings
        } catch {
            return [.skipped(Self.reach, "\(error)")]
        }
    }

    private static let reach = "redis.reach"

    /// Decides by what the server says of itself.
    static func judge(_ info: String) -> [Finding] {
        var values: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        var findings = [Finding.ok(reach, "Redis \(values["redis_version"] ?? "?")")]
        if values["role"] == "slave" {
            let fix = "let STORYTIME_REDIS_URL lead to the primary"
            findings.append(.error("redis.role", "the server is a replica and takes no writes", fix: fix))
        }
        if values["maxmemory"] == "0" {
            let fix = "CONFIG SET maxmemory 256mb, and the same in redis.conf"
            findings.append(.warning("redis.memory", "its memory has no limit, so it can take the machine's", fix: fix))
        }
        if values["maxmemory_policy"] == "noeviction" {
            let fix = "CONFIG SET maxmemory-policy allkeys-lru, and the same in redis.conf"
            findings.append(.warning("redis.eviction", "when it is full it takes nothing new", fix: fix))
        }
        if values["aof_enabled"] == "1" {
            let fix = "CONFIG SET appendonly no: nothing is only there"
            findings.append(.warning("redis.disk", "it writes everything to disk and brings old values back", fix: fix))
        }
        return findings
    }
}
