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

    /// Takes over the floor that the database names. One below what was used is an older copy of the database: then the
    /// batch may lack events, and is made again.
    func follow(_ floor: Int) throws {
        try state.withLock { state in
            guard floor != state.floor else { return }
            let hasFallen = floor < state.floor
            state = (floor, Sequencer.place(atMost: limit, from: floor))
            if hasFallen { throw Fallen() }
        }
    }

    /// The floor that a batch was made with is not that of the database.
    struct Fallen: Error {}
}
