import FoundationEssentials
import Redis

/// What one node has done with its cache, as it tells operators.
public struct CacheReport: Sendable, Codable, Equatable {
    /// The node.
    public let node: String
    /// What each group has done, by its name.
    public let groups: [String: CacheNumbers]
}

extension Cache {
    /// What every node has done that listens to this cache's Redis, as of the last few seconds.
    public func reports() async throws -> [CacheReport] { try await shared?.reports() ?? [] }
}

extension SharedTier {
    private var reportsKey: String { "\(configuration.prefix):reports" }
    private func reportKey(_ node: String) -> String { "\(configuration.prefix):report:\(node)" }

    /// Stores a report until its time has passed, and its name in a list of all.
    func store(_ report: CacheReport, for lifetime: Duration) async throws {
        let bytes = Array(try JSONEncoder().encode(report))
        try await redis.send(
            ["SET", .text(reportKey(report.node)), .bytes(bytes), "PX", .integer(lifetime.milliseconds)]
        )
        try await redis.send(["SADD", .text(reportsKey), .text(report.node)])
    }

    /// All reports; names of nodes that tell nothing any longer are dropped.
    func reports() async throws -> [CacheReport] {
        let nodes = try await redis.send(["SMEMBERS", .text(reportsKey)]).asArray().compactMap { try $0.asText() }
        guard !nodes.isEmpty else { return [] }
        let stored = try await redis.send(["MGET"] + nodes.map { .text(reportKey($0)) }).asArray()
        var reports: [CacheReport] = []
        for (node, value) in zip(nodes, stored) {
            if let bytes = try value.asBytes() {
                reports.append(try JSONDecoder().decode(CacheReport.self, from: Data(bytes)))
            } else {
                try await redis.send(["SREM", .text(reportsKey), .text(node)])
            }
        }
        return reports.sorted { $0.node < $1.node }
    }
}
