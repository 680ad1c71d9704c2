import FoundationEssentials
import Identifiers
import Synchronization

/// What a process knows of its own life, so that whatever crashes it is found in the next.
///
/// Nothing is written down on the healthy path. Only until a lane has brought the first events of a life behind itself
/// does it announce what it is about to hand over; an event that crashes the process is among the first of the next
/// life, because the cursor has not passed it.
final class ProcessLife: Sendable {
    /// Names this process in what it leaves behind.
    static let process = UUID.v7()

    /// Names the life.
    let id: UUID
    private let state = Mutex(State())

    private struct State {
        /// How many events a lane has announced and handled, until it is proven.
        var handled: [Lane: Int] = [:]
        var proven: Set<Lane> = []
        /// The lane that tries a suspect.
        var suspected: Lane?
    }

    init(id: UUID = ProcessLife.process) { self.id = id }

    /// True once the lane has come past whatever may have crashed an earlier life.
    func hasProven(_ lane: Lane) -> Bool { state.withLock { $0.proven.contains(lane) } }

    /// Counts what the lane has handled since the life began. It is proven when that is more than a batch, or nothing is
    /// left.
    func handled(_ count: Int, of lane: Lane, more: Bool, batch: Int) {
        state.withLock { state in
            let total = state.handled[lane, default: 0] + count
            state.handled[lane] = total
            guard total >= batch || !more else { return }
            state.handled[lane] = nil
            state.proven.insert(lane)
        }
    }

    /// Begins to try an event that was being handled when a process ended. One at a time: else a crash would make
    /// suspects of its neighbours again and again.
    func beginSuspect(of lane: Lane) -> Bool {
        state.withLock { state in
            guard state.suspected == nil || state.suspected == lane else { return false }
            state.suspected = lane
            return true
        }
    }

    func endSuspect(of lane: Lane) {
        state.withLock { if $0.suspected == lane { $0.suspected = nil } }
    }
}

/// The process ended, again and again, while it was handling an event.
struct ProcessEnded: Error, CustomStringConvertible {
    let times: Int

    var description: String { "the process ended \(times) times while this event was being handled" }
}
