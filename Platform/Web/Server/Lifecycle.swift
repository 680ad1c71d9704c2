import Synchronization

/// Whether the server is going away.
final class Lifecycle: Sendable {
    private let draining = Atomic(false)
    private let closing = Atomic(false)

    /// Not ready any more, but still serving whoever comes.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// About to stop listening: connections that open now are turned away.
    var isClosing: Bool { closing.load(ordering: .relaxed) }

    func drain() { draining.store(true, ordering: .relaxed) }

    func close() { closing.store(true, ordering: .relaxed) }
}
