import Logging
import Synchronization

/// Holds this node's end of the lease: does what the state decides, and tells when it came or went.
final class LeaseKeeper: Sendable {
    private let state: Mutex<LeaseState>
    /// The server process of the connection that this node listens on, once there is one.
    private let backend = Mutex<Int?>(nil)
    private let store: LeaseStore
    private let wake: Wake
    private let logger: Logger
    private let onChange: @Sendable () -> Void

    /// A keeper that calls `onChange` when this node begins or ceases to lead.
    init(_ store: LeaseStore, wake: Wake, logger: Logger, onChange: @escaping @Sendable () -> Void) {
        self.store = store
        self.wake = wake
        self.logger = logger
        self.onChange = onChange
        state = Mutex(LeaseState(store.timing, at: .now))
    }

    /// The fence to place events under; nil when they are not this node's to place.
    var fence: Int? { state.withLock { $0.fence } }

    /// Keeps the lease, or waits for it, until the task is cancelled.
    func keep() async {
        while !Task.isCancelled {
            while let step = state.withLock({ $0.step(at: .now) }), !Task.isCancelled { await perform(step) }
            await wake.wait(atMost: state.withLock { $0.pause(at: .now) })
        }
    }

    /// Gives the lease back if it is this node's, also when the task is cancelled.
    func retire() async {
        change { $0.stop() }
        await Task {
            if let step = state.withLock({ $0.step(at: .now) }) { await perform(step) }
        }.value
    }

    /// A batch was refused: somebody else leads.
    func refused(_ fence: Int) {
        change { $0.refused(fence, at: .now) }
        wake.signal()
    }

    /// The lease was given back, as far as somebody says.
    func hint() {
        state.withLock { $0.hint(at: .now) }
        wake.signal()
    }

    /// This node listens on another connection than before.
    func listens(as backend: Int) {
        self.backend.withLock { $0 = backend }
        hint()
    }

    private func perform(_ step: LeaseState.Step) async {
        let backend = backend.withLock { $0 }
        do {
            switch step {
            case .look:
                let lease = try await store.look()
                change { $0.saw(lease, at: .now) }
            case .take:
                let fence = try await store.take(listeningAs: backend)
                change { $0.took(fence, at: .now) }
            case .renew(let fence):
                let isOurs = try await store.renew(fence, listeningAs: backend)
                change { if isOurs { $0.renewed(fence, at: .now) } else { $0.refused(fence, at: .now) } }
            case .release(let fence):
                try await store.release(fence)
                change { $0.released() }
            }
        } catch {
            change { $0.failed(at: .now) }
            guard !Task.isCancelled else { return }
            logger.warning("the sequencer's lease cannot be kept", metadata: ["error": "\(error)"])
        }
    }

    private func change(_ body: (inout LeaseState) -> Void) {
        let (before, after) = state.withLock { state in
            let before = state.fence
            body(&state)
            return (before, state.fence)
        }
        guard before != after else { return }
        if let after {
            logger.notice("this node sequences from now on", metadata: ["fence": "\(after)"])
        } else {
            logger.notice("this node does not sequence any more", metadata: ["fence": "\(before ?? 0)"])
        }
        onChange()
    }
}
