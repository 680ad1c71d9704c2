import FoundationEssentials
import Synchronization

/// Keeps this node's copy of the keys. It looks for changes every few minutes, when somebody needs a key.
actor KeyRing {
    private let keysmith: Keysmith
    private let now: @Sendable () -> Date
    /// Read with every request, so nobody waits for the actor to see it.
    private let keys = Mutex<Keys?>(nil)
    private var loading: Task<Keys, any Error>?

    /// An empty ring; the keys are read when they are first asked for.
    init(_ keysmith: Keysmith, now: @escaping @Sendable () -> Date) {
        self.keysmith = keysmith
        self.now = now
    }

    /// The keys, at most ``KeySchedule/reload`` old.
    nonisolated func current() async throws -> Keys {
        if let keys = fresh(at: now()) { return keys }
        return try await load()
    }

    private nonisolated func fresh(at now: Date) -> Keys? {
        keys.withLock { $0 }.flatMap { abs(now.timeIntervalSince($0.loadedAt)) < KeySchedule.reload ? $0 : nil }
    }

    private func load() async throws -> Keys {
        let now = now()
        if let keys = fresh(at: now) { return keys }
        if let loading { return try await loading.value }
        // A task of its own: many requests wait for it, and the one that began it may be cancelled.
        let task = Task { [keysmith] in try await keysmith.keys(at: now) }
        loading = task
        defer { loading = nil }
        let loaded = try await task.value
        keys.withLock { $0 = loaded }
        return loaded
    }
}
