import Logging
import Postgres

/// Looks after the tables of the event path: partitions ready ahead of need, cursors and batches folded, and what nobody
/// needs any more archived and dropped.
///
/// Every node does it, and each step is safe to be done twice, to be left half done, and to be skipped.
struct Upkeep: Sendable {
    let store: PartitionStore
    let logger: Logger

    private var policy: RetentionPolicy { store.policy }

    init(_ database: Database, _ policy: RetentionPolicy, tail: Int, logger: Logger) {
        store = PartitionStore(database: database, policy: policy, tail: tail)
        self.logger = logger
    }

    /// Makes sure before anything else that there are partitions. What fails is only said: others may be ready.
    func begin() async {
        var failures: Set<String> = []
        await attend(&failures, [], "partitions were not made") { try await store.extend() }
    }

    /// Keeps partitions ready, and small tables small, until it is cancelled. Every node does, so that recording goes on
    /// when nobody delivers.
    func keepReady() async {
        await again { failures, said in
            await attend(&failures, said, "partitions were not made") { try await store.extend() }
            await attend(&failures, said, "tables were not folded") { try await store.fold() }
        }
    }

    /// Archives and drops until it is cancelled. That takes its time, and is nothing that recording waits for.
    func retire() async {
        await again { failures, said in
            await attend(&failures, said, "partitions were not sealed") { try await seal() }
            await attend(&failures, said, "old events were not dropped") { try await drop() }
        }
    }

    private func again(_ body: (inout Set<String>, Set<String>) async -> Void) async {
        var said: Set<String> = []
        while !Task.isCancelled {
            var failures: Set<String> = []
            await body(&failures, said)
            said = failures
            try? await Task.sleep(for: policy.interval)
        }
    }

    /// All of it once. Returns how many partitions of events were dropped.
    @discardableResult
    func once() async throws -> Int {
        try await store.extend()
        try await store.fold()
        try await seal()
        return try await drop()
    }

    private func seal() async throws {
        try await store.endByAge()
        try await store.close()
        try await store.seal()
    }

    /// Archives and drops what is due, unless another node is at it. Returns how many partitions of events are gone.
    @discardableResult
    func drop() async throws -> Int {
        let due = try await store.database.transaction(PartitionStore.options) { tx in try await store.due(in: tx) }
        let begun = try await store.dropping()
        let logs = try await store.giveUpLogs()
        guard !due.isEmpty || !begun.isEmpty || !logs.isEmpty else { return 0 }
        var dropped = 0
        try await PartitionDropper.with(store.database.configuration) { dropper in
            try await giveUp(due)
            for partition in try await store.dropping() {
                guard try await dropper.drop("event", first: partition.first) else { return }
                dropped += 1
                report(partition)
            }
            for first in try await store.giveUpLogs() {
                guard try await dropper.drop("log", first: first) else { return }
            }
        }
        return dropped
    }

    /// Archives partitions, and decides that they go.
    private func giveUp(_ due: [Partition]) async throws {
        for partition in due {
            if let folder = policy.archive, partition.archive == nil {
                let archive = try await Archive.write(partition, to: folder, from: store.database)
                try await store.noteArchive(partition, archive.file)
            }
            _ = try await store.giveUp(partition)
        }
    }

    private func report(_ partition: Partition) {
        logger.info(
            "old events were dropped",
            metadata: [
                "first": "\(partition.first)", "events": "\(partition.events)",
                "archive": "\(partition.archive ?? "none")",
            ]
        )
    }

    /// The same failure is said once, not at every attempt.
    private func attend<Result>(
        _ failures: inout Set<String>,
        _ said: Set<String>,
        _ failure: Logger.Message,
        _ body: () async throws -> Result
    ) async {
        do {
            _ = try await body()
        } catch {
            guard !Task.isCancelled, failures.insert("\(error)").inserted, !said.contains("\(error)") else { return }
            logger.warning(failure, metadata: ["error": "\(error)"])
        }
    }
}
