import Synchronization

/// One group of a cache on this node: its state, and the lock around it.
final class CacheRoom: Sendable {
    private let group: CacheGroup
    private let state: Mutex<GroupState>

    /// A group's room in a node that keeps so many bytes in all.
    init(_ group: CacheGroup, in memory: Int) {
        self.group = group
        let share = Double(group.memory) / Double(CacheGroup.totalMemory)
        state = Mutex(GroupState(memory: Int(Double(memory) * share)))
    }

    var numbers: CacheNumbers { state.withLock { $0.snapshot } }

    var version: Int { state.withLock { $0.version } }

    func read(_ key: CacheKey) -> GroupState.Reading { state.withLock { $0.read(key, now: .now) } }

    func land(_ flight: Flight, _ value: (any Sendable)?, bytes: Int, for key: CacheKey, lifetime: Duration) {
        let expiry = ContinuousClock.now + min(lifetime, group.memoryLifetime.jittered)
        state.withLock { _ = $0.land(flight, value, bytes: bytes, for: key, until: expiry) }
    }

    func end(_ flight: Flight, for key: CacheKey) { state.withLock { _ = $0.end(flight, for: key) } }

    func void(_ key: CacheKey) {
        state.withLock { state in
            state.void(key)
            state.numbers.voided += 1
        }
    }

    func voidAll() { state.withLock { $0.voidAll() } }

    func count(_ change: (inout CacheNumbers) -> Void) { state.withLock { change(&$0.numbers) } }
}

extension Duration {
    /// Up to a tenth shorter, so that what was loaded together does not expire together.
    var jittered: Duration { self * Double.random(in: 0.9...1) }
}
