import Postgres
import Synchronization

/// The sequencer's statement for the partitions that may hold an event without a position.
///
/// Its text changes with each partition that is sealed, a few times a day, so that the planner only ever sees the last few
/// partitions, however many are kept.
final class SequencerFloor: Sendable {
    private let limit: Int
    private let state: Mutex<(floor: Int, statement: Statement)>

    init(limit: Int) {
        self.limit = limit
        state = Mutex((0, Sequencer.place(atMost: limit, from: 0)))
    }

    var statement: Statement { state.withLock { $0.statement } }

    /// Takes over the floor that the database names. One below what was named before is an older copy of the database.
    func rise(to floor: Int) throws {
        try state.withLock { state in
            guard floor >= state.floor else { throw OutboxError.logWentBack }
            if floor > state.floor { state = (floor, Sequencer.place(atMost: limit, from: floor)) }
        }
    }
}
