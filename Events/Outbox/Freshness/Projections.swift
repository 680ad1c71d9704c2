public import EventDelivery
public import FoundationEssentials
public import Postgres

/// How far the projections of listeners have come, for those who want to read what they have just written.
///
/// A write is followed through everything it has set in motion: its events, the events that listeners recorded because
/// of those, and so on. Nobody waits for events of others, however long the queue behind them is.
public struct Projections: Sendable {
    private let database: Database
    private let progress: LaneProgress
    private let upstream: Upstream

    /// How projections stand to writes.
    public enum Standing: Sendable, Equatable {
        /// They have taken in everything that the writes have set in motion so far. A server that has replayed the
        /// write-ahead log up to here shows it.
        case fresh(WALPosition)
        /// So many deliveries of events to listeners are still to be made, or to be made again.
        case stale(behind: Int)
        /// There is no event of one of these names: it was lost with a failover, its time has passed, or it never was.
        case unknown
    }

    /// The projections of a program with these listeners.
    public init(_ outbox: Outbox, listeners: [Listener]) {
        database = outbox.database
        progress = outbox.progress
        upstream = Upstream(listeners)
    }

    /// Refuses names that no transactional listener bears; for the start of a program, whose mistake that is.
    public func require(_ names: some Sequence<String>) {
        for name in names {
            precondition(upstream.knows(name), "A route waits for \(name), which is no transactional listener")
        }
    }

    /// Waits until the projections of these listeners have taken the writes in, or the time is up.
    ///
    /// A lane that moves in this process is noticed at once, one that moves elsewhere within 50 ms. When the database
    /// cannot tell, nothing is known; then whoever wants to read will hear why.
    public func wait(for writes: [UUID], in names: [String], atMost limit: Duration) async -> Standing {
        let deadline = ContinuousClock.now + limit
        let listeners = upstream.closure(of: names)
        let wake = Wake(on: database.loop)
        let ticket = progress.add(wake, for: listeners)
        defer { progress.remove(ticket) }
        var pause = Duration.milliseconds(5)
        while true {
            guard let standing = try? await standing(of: writes, in: listeners.sorted()) else { return .unknown }
            let left = deadline - .now
            guard case .stale = standing, left > .zero, !Task.isCancelled else { return standing }
            await wake.wait(atMost: min(pause, left))
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    /// How things stand now.
    private func standing(of writes: [UUID], in listeners: [String]) async throws -> Standing {
        let writes = Set(writes)
        let row = try await database.read(Self.standing(of: Array(writes), in: listeners), name: "projections")[0]
        guard try row["known"] == writes.count else { return .unknown }
        let behind: Int = try row["behind"]
        return behind == 0 ? .fresh(try row["wal"]) : .stale(behind: behind)
    }
}
