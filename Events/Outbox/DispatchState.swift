import DequeModule
import EventDelivery
import Events

/// Decides which lane runs next; does nothing itself.
///
/// A lane is ready when something it hears came in, when an operator or a retry wants it, or when its last run left
/// something. It runs in one place at a time. A lane with nothing to do is never run: its cursor is moved up in bulk.
struct DispatchState {
    private struct Entry {
        let listener: Listener
        let lane: Lane
        /// The cursor as far as this process knows it.
        var position: Int
        var isReady = false
        var isRunning = false
        /// Everything the lane hears up to here is handled or none of its business.
        var examined: Int
        /// The last run did not happen, so what it should have handled is unknown: the cursor must not be moved up.
        var isBehind = true

        var isUpToDate: Bool { !isReady && !isRunning && !isBehind }
    }

    private var entries: [Entry] = []
    private var ready = Deque<Int>()
    /// Lanes by event name; those of all-hearing listeners are in every row.
    private var routes: [EventName: [Int]] = [:]
    private var hearsAll: [Int] = []

    init(_ lanes: [(listener: Listener, lane: Lane, position: Int)]) {
        for (listener, lane, position) in lanes {
            let index = entries.count
            entries.append(Entry(listener: listener, lane: lane, position: position, examined: position))
            guard let names = listener.hears else {
                hearsAll.append(index)
                continue
            }
            for name in names { routes[name, default: []].append(index) }
        }
    }

    var isIdle: Bool { ready.isEmpty && !entries.contains { $0.isRunning } }

    /// New events are in the log.
    mutating func arrived(_ events: [EventEnvelope]) {
        for event in events {
            for index in (routes[event.name] ?? []) + hearsAll where entries[index].lane.holds(event) {
                wake(index)
            }
        }
        guard let last = events.last else { return }
        for index in entries.indices where entries[index].isUpToDate {
            entries[index].examined = last.position
        }
    }

    /// Every lane should look for itself: at start, after a gap in memory, or as a backstop.
    mutating func wakeAll() {
        for index in entries.indices { wake(index) }
    }

    /// Lanes whose last run did not happen should try again.
    mutating func wakeBehind() {
        for index in entries.indices where entries[index].isBehind { wake(index) }
    }

    /// These lanes have retries that are due, or cursors that other nodes left behind.
    mutating func wake(_ lanes: Set<Lane>) {
        for index in entries.indices where lanes.contains(entries[index].lane) { wake(index) }
    }

    /// The next lane to run, if there is one.
    mutating func next() -> (listener: Listener, lane: Lane)? {
        guard let index = ready.popFirst() else { return nil }
        entries[index].isReady = false
        entries[index].isRunning = true
        return (entries[index].listener, entries[index].lane)
    }

    /// A run ended. A lane that was woken meanwhile, or has more to do, goes to the back of the queue.
    mutating func finished(_ lane: Lane, _ outcome: LaneOutcome) {
        guard let index = entries.firstIndex(where: { $0.lane == lane }) else { return }
        entries[index].isRunning = false
        if case .moved(let position, _, let more) = outcome {
            entries[index].position = position
            entries[index].examined = max(entries[index].examined, position)
            entries[index].isBehind = false
            if more { entries[index].isReady = true }
        } else {
            entries[index].isBehind = true
        }
        if entries[index].isReady { ready.append(index) }
    }

    /// Cursors that can be moved up without running their lanes.
    mutating func idleCursors() -> [(lane: Lane, from: Int, to: Int)] {
        var moves: [(lane: Lane, from: Int, to: Int)] = []
        for index in entries.indices {
            let entry = entries[index]
            guard entry.isUpToDate, entry.examined > entry.position else { continue }
            moves.append((entry.lane, entry.position, entry.examined))
            entries[index].position = entry.examined
        }
        return moves
    }

    private mutating func wake(_ index: Int) {
        guard !entries[index].isReady else { return }
        entries[index].isReady = true
        if !entries[index].isRunning { ready.append(index) }
    }
}
