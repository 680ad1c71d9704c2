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
        let hears: String?
        /// The cursor as far as this process knows it.
        var position: Int
        var isReady = false
        var isRunning = false
        /// Everything the lane hears up to here is handled or none of its business.
        var examined: Int
        /// What has come by during the run and is none of the lane's business reaches to here.
        var passed = 0
        /// The cursor is not where this process thinks, or the last run did not happen: it must not be moved up.
        var isBehind = true

        var isUpToDate: Bool { !isReady && !isRunning && !isBehind }
    }

    private var entries: [Entry] = []
    private var ready = Deque<Int>()
    private var widths: [String: LaneWidth] = [:]
    /// Lanes by event name; those of all-hearing listeners are in every row.
    private var routes: [EventName: [Int]] = [:]
    private var hearsAll: [Int] = []

    private let brief: Duration

    /// `brief` is how long a transaction of several lanes may take before fewer go together.
    init(_ lanes: [(listener: Listener, lane: Lane, position: Int)], brief: Duration = OutboxConfiguration().brief) {
        self.brief = brief
        for (listener, lane, position) in lanes {
            let index = entries.count
            let hears = listener.hears.map { $0.map(\.rawValue).joined(separator: " ") }
            entries.append(
                Entry(listener: listener, lane: lane, hears: hears, position: position, examined: position)
            )
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
            let slot = event.key.slot
            for index in routes[event.name] ?? [] where entries[index].lane.holds(slot) { wake(index) }
            for index in hearsAll where entries[index].lane.holds(slot) { wake(index) }
        }
        guard let last = events.last else { return }
        for index in entries.indices where !entries[index].isReady {
            if entries[index].isRunning {
                entries[index].passed = last.position
            } else if !entries[index].isBehind {
                entries[index].examined = last.position
            }
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

    /// The next lane to run, if there is one, with those of its listener that may go with it.
    mutating func next() -> (listener: Listener, lanes: [Lane])? {
        guard let first = ready.first else { return nil }
        let listener = entries[first].listener
        let width = widths[listener.name, default: LaneWidth()].lanes
        let chosen =
            width == 1 ? [first] : Array(ready.filter { entries[$0].listener.name == listener.name }.prefix(width))
        if chosen.count == 1 { ready.removeFirst() } else { ready.removeAll { chosen.contains($0) } }
        for index in chosen {
            entries[index].isReady = false
            entries[index].isRunning = true
            entries[index].passed = 0
        }
        return (listener, chosen.map { entries[$0].lane })
    }

    /// So many lanes of a listener have run together, in so much time.
    mutating func ran(_ count: Int, of listener: Listener, in time: Duration) {
        widths[listener.name, default: LaneWidth()].ran(count, in: time, brief: brief)
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
            if !entries[index].isReady { entries[index].examined = max(entries[index].examined, entries[index].passed) }
        } else {
            entries[index].isBehind = true
        }
        if entries[index].isReady { ready.append(index) }
    }

    /// Cursors that can be moved up without running their lanes.
    var idleCursors: [CursorMove] {
        entries.compactMap { entry in
            guard entry.isUpToDate, entry.examined > entry.position else { return nil }
            return CursorMove(lane: entry.lane, hears: entry.hears, from: entry.position, to: entry.examined)
        }
    }

    /// Those of the cursors were moved up; the others stand elsewhere, and only a run can tell where.
    mutating func moved(_ lanes: Set<Lane>, of moves: [CursorMove]) {
        let moves = Dictionary(uniqueKeysWithValues: moves.map { ($0.lane, $0) })
        for index in entries.indices {
            guard let move = moves[entries[index].lane], entries[index].position == move.from else { continue }
            if lanes.contains(move.lane) { entries[index].position = move.to } else { entries[index].isBehind = true }
        }
    }

    private mutating func wake(_ index: Int) {
        guard !entries[index].isReady else { return }
        entries[index].isReady = true
        if !entries[index].isRunning { ready.append(index) }
    }
}

/// A cursor that may be moved from one position to another, because nothing in between is for its lane.
struct CursorMove: Sendable, Equatable {
    let lane: Lane
    /// What the listener hears, in one text; nil means all.
    let hears: String?
    let from: Int
    let to: Int
}
