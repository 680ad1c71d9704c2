import Postgres

/// What the steps of producers do. Whatever the database refuses is the producer's loss; the database knows.
extension Run {
    func begin(_ producer: Int) async {
        guard open(producer) else { return }
        await work(producer) { tx in try await tx.execute("INSERT INTO faults.note DEFAULT VALUES") }
    }

    func record(_ producer: Int, _ thing: Int) async {
        guard let name = claim(thing, for: producer) else { return }
        let candidate = candidate
        let mark = await work(producer) { tx in
            let mark = try await Self.change(name, in: tx)
            try await candidate.record(mark, in: tx)
            return mark
        }
        if let mark { producers[producer]?.marks.append(mark) }
    }

    func undo(_ producer: Int, _ thing: Int) async {
        guard let name = claim(thing, for: producer) else { return }
        let candidate = candidate
        await work(producer) { tx in
            do {
                try await tx.savepoint {
                    try await candidate.record(try await Self.change(name, in: tx), in: tx)
                    throw Disturbed()
                }
            } catch is Disturbed {}
        }
    }

    func commit(_ producer: Int, _ fault: Disturbance?) async throws {
        guard let slot = producers[producer], slot.stalled == nil, let transaction = slot.transaction else { return }
        let (candidate, marks) = (candidate, slot.marks)
        guard fault?.point == .beforeCommit, let fault else {
            let committed: Void? = try? await transaction.commit()
            if committed != nil, fault == nil { try? await candidate.committed(marks) }
            return release(producer)
        }
        let gate = nextGate()
        try await ground.arm(fault, gate: gate)
        let commit = Finishing {
            guard (try? await transaction.commit()) != nil else { return }
            try? await candidate.committed(marks)
        }
        let isOver = try await commit.wait(looking: { try await ground.isOccupied(gate: gate) })
        try await ground.disarm()
        if isOver {
            try await ground.open(gate: gate)
            release(producer)
        } else {
            producers[producer]?.stalled = (commit, gate)
        }
    }

    func resumeProducer(_ producer: Int) async throws {
        guard let stalled = producers[producer]?.stalled else { return }
        try await ground.open(gate: stalled.gate)
        await stalled.commit.wait()
        release(producer)
    }

    func rollBack(_ producer: Int) async {
        guard let slot = producers[producer], slot.stalled == nil else { return }
        await slot.transaction?.rollBack()
        release(producer)
    }

    func kill(_ producer: Int) async {
        guard let slot = producers[producer], slot.stalled == nil, slot.transaction != nil else { return }
        await work(producer) { tx in try await tx.execute("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)")
        }
    }

    // MARK: Parts

    /// Opens a transaction for a producer; false when it has one.
    private func open(_ producer: Int) -> Bool {
        guard producers[producer] == nil else { return false }
        producers[producer] = ProducerSlot(transaction: OpenTransaction(on: ground.producers))
        return true
    }

    /// Has the producer hold a thing; nil when another one does, or the producer stands still.
    private func claim(_ thing: Int, for producer: Int) -> String? {
        guard holders[thing, default: producer] == producer, producers[producer]?.stalled == nil else { return nil }
        _ = open(producer)
        holders[thing] = producer
        return self.thing(thing)
    }

    /// Does something in the producer's transaction. When that fails, the transaction is over.
    @discardableResult
    private func work<Result: Sendable>(
        _ producer: Int,
        _ body: @escaping @Sendable (borrowing Transaction) async throws -> Result
    ) async -> Result? {
        guard let transaction = producers[producer]?.transaction, producers[producer]?.stalled == nil else {
            return nil
        }
        do {
            return try await transaction.run(body)
        } catch {
            await transaction.rollBack()
            release(producer)
            return nil
        }
    }

    private func release(_ producer: Int) {
        producers[producer] = nil
        holders = holders.filter { $0.value != producer }
    }

    /// Changes a thing, and locks it so.
    private static func change(_ thing: String, in tx: borrowing Transaction) async throws -> Mark {
        let rows = try await tx.query(
            """
            INSERT INTO faults.thing VALUES (\(thing), 1)
            ON CONFLICT (name) DO UPDATE SET number = thing.number + 1 RETURNING number
            """
        )
        return Mark(thing: thing, number: try rows[0]["number"])
    }
}
