import Events
import FoundationEssentials
import Postgres

/// Gives committed events their positions.
///
/// It compares the last snapshot with the current one and appends what became visible in between, in insert order. No
/// event is lost, because whatever is not visible now becomes visible later and was not visible then; none is placed
/// twice, because the log's unique index refuses; and it never waits for a transaction that is still open. Ordered by
/// insert within one batch, and by visibility across batches, events of one key keep their order as long as each
/// transaction locks what its event is about before it commits.
struct Sequencer: Sendable {
    /// What one batch brought.
    struct Batch: Sendable {
        /// The events that got a position, in order.
        var events: [EventEnvelope] = []
        /// The last position of the log after this batch.
        var head = 0
        /// True when there may be more: the next batch goes on at once.
        var isPartial = false
        /// The server's incarnation that it was made in; nil while nobody has named it.
        var incarnation: UUID?
    }

    /// Another node has taken the lease since: nothing was written.
    struct Refused: Error {
        let fence: Int
    }

    /// Guards the log's end in the whole database; "sequence" in ASCII.
    static let lock = 0x7365_7175_656e_6365

    private let database: Database
    private let floor: SequencerFloor
    private let patience: Duration

    /// A sequencer that places up to `limit` events at a time, so that a backlog of any size takes a bounded time and
    /// memory a batch. The server ends a batch whose process has said nothing for longer than `patience`: it may be
    /// frozen, and others wait for its lock.
    init(_ database: Database, limit: Int = 10_000, patience: Duration = .seconds(2)) {
        self.database = database
        self.patience = patience
        floor = SequencerFloor(limit: limit)
    }

    /// Places what has become visible since the last batch, if this is still the newest fence. Tools that run alone have
    /// none: the lock alone keeps positions apart, the fence keeps to one node at a time.
    ///
    /// The lock comes in a statement of its own: only a snapshot taken after it is newer than the last batch's, and knows
    /// the newest fence, which is raised under the same lock. An advisory lock, because a row lock would make even a batch
    /// that finds nothing a write. The commit does not wait for the disk: what a crash of the server undoes goes together with
    /// every effect that came of it, and each process begins anew. Whatever shows a position to the world outside of
    /// Postgres waits for itself.
    func tick(under fence: Int? = nil) async throws -> Batch {
        do {
            return try await place(under: fence)
        } catch is SequencerFloor.Fallen {
            return try await place(under: fence)
        }
    }

    private func place(under fence: Int?) async throws -> Batch {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(60)
        return try await database.transaction(options) { tx in
            tx.send(enter(under: fence))
            let rows = try await tx.query(floor.statement, name: "sequencer tick")
            guard let last = rows.last else { throw OutboxError.noTick }
            if let fence, try last["is_refused"] { throw Refused(fence: fence) }
            let head: Int = try last["position"]
            guard try last["is_foreign"] == false else { throw OutboxError.clusterChanged }
            // The last row is the state itself; the rows before it are events.
            let events = try rows.dropLast().map { try EventEnvelope($0) }
            try floor.follow(try last["floor"])
            return Batch(
                events: events,
                head: head,
                isPartial: try last["is_partial"],
                incarnation: try last["incarnation"]
            )
        }
    }

    /// Takes the lock, and tells the planner what it cannot know: that few of all events are new, so that nothing but
    /// an index will do, however many there are; and that a batch of them fits into memory. The fence goes along as a
    /// setting, so that the long statement has no parameter and is planned once a connection.
    func enter(under fence: Int? = nil) -> Statement {
        """
        SELECT pg_advisory_xact_lock(\(raw: "\(Self.lock)")), set_config('enable_seqscan', 'off', true),
               set_config('enable_bitmapscan', 'off', true), set_config('work_mem', '64MB', true),
               set_config('jit', 'off', true), set_config('synchronous_commit', 'off', true),
               set_config('idle_in_transaction_session_timeout', \("\(patience.inMilliseconds)"), true),
               set_config('storytime.fence', \(fence.map(String.init) ?? ""), true)
        """
    }
}
