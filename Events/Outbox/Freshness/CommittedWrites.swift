import Events
public import FoundationEssentials
import Synchronization

/// Which writes a piece of work has committed that others will hear of.
///
/// A write is named by the last event of its transaction: the name is known before the sequencer has been there, costs
/// no round trip, and means nothing in another database.
public final class CommittedWrites: Sendable {
    @TaskLocal private static var current: CommittedWrites?
    private let names = Mutex<[UUID]>([])

    private init() {}

    /// Runs a body and names what its transactions have committed meanwhile, also when it failed afterwards.
    public static func collect<Result>(during body: () async -> Result) async -> (Result, writes: [UUID]) {
        let writes = CommittedWrites()
        let result = await $current.withValue(writes) { await body() }
        return (result, writes.names.withLock { $0 })
    }

    /// Notes a transaction of the running task, if anybody collects.
    static func note(_ events: [EventEnvelope]) {
        guard let current, let last = events.last else { return }
        current.names.withLock { $0.append(last.id) }
    }
}
