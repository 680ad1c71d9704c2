public import Postgres

/// One run of a schedule, as one process of the candidate sees it.
public struct Trial: Sendable {
    /// Unique among all trials of a database.
    public let id: String
    /// The process' own connections.
    public let database: Database
    let strike: Strike

    /// The witness that a listener of the candidate hands its events to.
    public func witness(_ listener: String = "witness") -> Witness {
        Witness(name: "\(listener) \(id)", strike: strike)
    }
}

/// The kit's own listener: it writes down what it sees, in the transaction it is given, and is where things go wrong.
public struct Witness: Sendable {
    let name: String
    let strike: Strike

    /// Writes marks down, in order. Move the cursor in the same transaction, afterwards.
    public func handle(_ marks: [Mark], in tx: borrowing Transaction) async throws {
        let fault = strike.take(from: marks)
        switch fault?.point {
        case .cursorMoved: tx.scope.beforeCommit { ["SELECT faults.strike('cursorMoved')"] }
        case .delivered: tx.scope.afterCommit { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
        default: break
        }
        let half = (marks.count + 1) / 2
        try await write(marks.prefix(half), in: tx)
        if let fault, fault.point == .midBatch { try await hit(fault.blow, in: tx) }
        if marks.count > half { try await write(marks.dropFirst(half), in: tx) }
        if let fault, fault.point == .handled { try await hit(fault.blow, in: tx) }
        if strike.isPoisoned(marks) { throw Disturbed() }
    }

    private func write(_ marks: ArraySlice<Mark>, in tx: borrowing Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO faults.effect (listener, thing, number)
            SELECT \(name), * FROM unnest(\(marks.map(\.thing)), \(marks.map(\.number)))
            """
        )
    }

    private func hit(_ blow: Blow, in tx: borrowing Transaction) async throws {
        switch blow {
        case .kill: try await tx.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)")
        case .stall: await strike.stall()
        case .fail: break
        }
    }
}

/// What a listener throws when it is told to fail.
struct Disturbed: Error {}
