import Postgres
import Synchronization

/// What the steps of nodes do.
extension Run {
    func place(_ index: Int, _ fault: Disturbance?) async throws {
        guard let node = free(index) else { return }
        let gate = nextGate()
        if let fault, fault.point == .placed { try await ground.arm(fault, gate: gate) }
        let step = Finishing { try? await node.place() }
        let isOver = try await finishes(step, index, fault)
        if fault?.point == .placed {
            try await ground.disarm()
            if isOver { try await ground.open(gate: gate) }
        }
        try await settle(index, step, gate, fault, isOver: isOver)
    }

    func deliver(_ index: Int, _ fault: Disturbance?) async throws {
        guard let node = free(index) else { return }
        let gate = nextGate()
        nodes[index].trial.strike.arm(fault)
        if let fault, fault.point == .cursorMoved { try await ground.arm(fault, gate: gate) }
        let step = Finishing { _ = try? await node.deliver() }
        let isOver = try await finishes(step, index, fault)
        nodes[index].trial.strike.disarm()
        if fault?.point == .cursorMoved {
            try await ground.disarm()
            if isOver { try await ground.open(gate: gate) }
        }
        try await settle(index, step, gate, fault, isOver: isOver)
    }

    /// Does something harmless with a node.
    func use(_ index: Int, _ body: @escaping @Sendable (any CandidateNode) async throws -> Void) async throws {
        guard let node = free(index) else { return }
        let step = Finishing { try? await body(node) }
        try await settle(index, step, nextGate(), nil, isOver: try await finishes(step, index))
    }

    func resume(_ index: Int) async throws {
        guard nodes.indices.contains(index), let pending = nodes[index].pending else { return }
        try await letGo(index)
        try await complete(pending.step, index)
        nodes[index].pending = nil
        try await letOthersGoOn()
    }

    func loseLocks(_ index: Int) async throws {
        guard nodes.indices.contains(index) else { return }
        try await ground.sever(nodes[index].application)
        if !nodes[index].trial.strike.isStalled { try await resume(index) }
    }

    func restart(_ index: Int) async throws {
        guard nodes.indices.contains(index) else { return }
        if nodes[index].pending != nil {
            try await loseLocks(index)
            try await resume(index)
        }
        let (candidate, trial) = (candidate, nodes[index].trial)
        let started = Mutex<(any CandidateNode)?>(nil)
        for _ in 1...5 where started.withLock({ $0 == nil }) {
            let step = Finishing {
                // One of its connections that the server has ended may be handed out once more.
                guard let node = try? await candidate.start(trial) else { return }
                started.withLock { $0 = node }
            }
            try await complete(step, index)
        }
        guard let node = started.withLock({ $0 }) else { throw NotStarted(index: index) }
        nodes[index].node = node
    }

    /// A process of the candidate does not start any more.
    struct NotStarted: Error {
        let index: Int
    }

    // MARK: Parts

    private func free(_ index: Int) -> (any CandidateNode)? {
        guard nodes.indices.contains(index), nodes[index].pending == nil else { return nil }
        return nodes[index].node
    }

    /// Waits until a step is over, or stands still; true when it is over.
    private func finishes(_ step: Finishing, _ index: Int, _ fault: Disturbance? = nil) async throws -> Bool {
        let (strike, application) = (nodes[index].trial.strike, nodes[index].application)
        let mayWait = fault?.point == .placed || fault?.point == .cursorMoved || nodes.contains { $0.pending != nil }
        if mayWait {
            return try await step.wait(looking: {
                if strike.isStalled { return true }
                return try await ground.isWaiting(application)
            })
        }
        strike.watch(step)
        await step.wait { strike.isStalled }
        return step.isFinished
    }

    private func settle(
        _ index: Int,
        _ step: Finishing,
        _ gate: Int,
        _ fault: Disturbance?,
        isOver: Bool
    ) async throws {
        guard isOver else { return nodes[index].pending = (step, gate) }
        if fault?.blow == .kill { try await restart(index) }
    }

    /// Waits until a step is over. Should it wait for somebody who stands still, everybody goes on.
    private func complete(_ step: Finishing, _ index: Int) async throws {
        if nodes.allSatisfy({ $0.pending == nil || $0.index == index }) { return await step.wait() }
        let application = nodes[index].application
        if try await step.wait(looking: { try await ground.isWaiting(application) }) { return }
        for other in nodes.indices { try await letGo(other) }
        await step.wait()
    }

    /// Whoever stands still goes on; nobody waits for it.
    private func letGo(_ index: Int) async throws {
        nodes[index].trial.strike.release()
        if let gate = nodes[index].pending?.gate { try await ground.open(gate: gate) }
    }

    /// Those who waited for a lock have it now.
    private func letOthersGoOn() async throws {
        for index in nodes.indices {
            guard let pending = nodes[index].pending else { continue }
            if try await finishes(pending.step, index) { nodes[index].pending = nil }
        }
    }

    /// Lets everybody go on, after an error.
    func abandon() async {
        for node in nodes { node.trial.strike.release() }
        try? await ground.openAllGates()
        for producer in producers.values { await producer.transaction?.rollBack() }
    }
}
