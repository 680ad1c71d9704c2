import ArgumentParser
import Cache

/// What the nodes have done with their caches.
struct CacheStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how often reads were answered from memory, from Redis and from Postgres, by group.",
        discussion: "Every node tells its numbers each five seconds. They begin with the node."
    )

    @Flag(help: "One table a node, not one for all.") var nodes = false
    @Flag(help: "Print JSON.") var json = false

    private struct Report: Encodable {
        let nodes: [CacheReport]
        let total: [String: CacheNumbers]
    }

    func run() async throws {
        let reports = try await CacheCommand.withCache { try await $0.reports() }
        var total: [String: CacheNumbers] = [:]
        for report in reports { total.merge(report.groups) { $0 + $1 } }
        if json { return try Output.json(Report(nodes: reports, total: total)) }
        guard nodes else { return show(total, title: "\(reports.count) \(reports.count == 1 ? "node" : "nodes")") }
        for report in reports { show(report.groups, title: report.node) }
    }

    private func show(_ groups: [String: CacheNumbers], title: String) {
        print(title)
        let columns = [
            "GROUP", "READS", "HITS", "MEMORY", "REDIS", "JOINED", "LOADS", "FAILED", "VOIDED", "VALUES", "BYTES",
        ]
        Output.table(
            columns,
            groups.sorted { $0.key < $1.key }.map { name, numbers in
                let rate = numbers.hitRate.map { "\(($0 * 1000).rounded() / 10) %" } ?? "-"
                let counts = [
                    numbers.memoryHits, numbers.sharedHits, numbers.joined, numbers.loads, numbers.failures,
                    numbers.voided, numbers.entries, numbers.bytes,
                ]
                return [name, "\(numbers.reads)", rate] + counts.map(String.init)
            }
        )
    }
}
