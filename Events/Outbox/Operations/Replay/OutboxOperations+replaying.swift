import EventDelivery
import Events
public import FoundationEssentials
import Postgres
import Synchronization

/// What one step of a replay came to.
enum ReplayStep: Sendable {
    /// It came forward, or to its end.
    case moved(ReplayStatus)
    /// Somebody else drives it at this moment, its rate makes it wait, or live traffic goes first.
    case waits(Double)
}

extension OutboxOperations {
    /// Drives a replay to its end, batch by batch, each with its own commit, so that it can be stopped at any time and
    /// taken up again. Live traffic of the listener goes first. An event that fails stops it.
    public func runReplay(
        _ id: UUID,
        batch: Int = 200,
        report: @Sendable (ReplayStatus) -> Void
    ) async throws {
        var patience = ReplayPatience()
        while true {
            try Task.checkCancellation()
            switch try await advanceReplay(id, atMost: batch, patience: patience) {
            case .moved(let status):
                patience = ReplayPatience()
                report(status)
                if status.isFinished { return }
            case .waits(let seconds):
                try await Task.sleep(for: .seconds(min(max(seconds, 0.01), 1)))
            }
        }
    }

    /// Takes one step. A batch that fails is tried in smaller parts, down to the one event that is to blame.
    func advanceReplay(_ id: UUID, atMost limit: Int, patience: ReplayPatience) async throws -> ReplayStep {
        do {
            return try await replayBatch(id, limit: limit, patience: patience)
        } catch let failure as ReplayFailure {
            guard limit > 1 else {
                try await note("\(failure)", of: id, hasFailed: true)
                throw failure
            }
            return try await advanceReplay(id, atMost: max(1, limit / 8), patience: patience)
        } catch let standstill as NothingGoes {
            try await note("\(standstill)", of: id, hasFailed: false)
            throw standstill
        }
    }

    private func replayBatch(_ id: UUID, limit: Int, patience: ReplayPatience) async throws -> ReplayStep {
        let first = Mutex<EventEnvelope?>(nil)
        do {
            return try await database.transaction(Self.options) { tx in
                guard let claim = try await ReplayStore.claim(id, in: tx) else { return try await absent(id, in: tx) }
                let status = claim.status
                guard status.state != .aborted else { throw OutboxError.replayIsOver(id, status.state.rawValue) }
                guard !status.isFinished else { return .moved(status) }
                guard claim.wait <= 0 else { return .waits(claim.wait) }
                if !patience.isOver, try await ReplayStore.liveTrafficWaits(for: status.listener, in: tx) {
                    return .waits(0.1)
                }
                let events = try await selected(by: status, limit: min(limit, status.rate ?? limit), in: tx)
                first.withLock { $0 = events.first }
                try await deliver(events, to: status.listener, in: tx)
                let isLast = events.count < min(limit, status.rate ?? limit)
                let reached = isLast ? status.last : events.last?.position ?? status.last
                ReplayStore.move(id, to: reached, by: events.count, in: tx)
                return .moved(try await current(id, in: tx))
            }
        } catch {
            guard let event = first.withLock({ $0 }), !(error is CancellationError || error is NothingGoes),
                (error as? DatabaseError).map({ $0.isNoEventsFault || $0.code == .serializationFailure }) != true
            else { throw error }
            throw ReplayFailure(replay: id, event: event, cause: error)
        }
    }

    private func selected(
        by status: ReplayStatus,
        limit: Int,
        in tx: borrowing Transaction
    ) async throws -> [EventEnvelope] {
        let selection = ReplayStore.Selection(
            try replayable(status.listener),
            names: status.names,
            keys: status.keys
        )
        return try await ReplayStore.events(
            selection,
            after: status.position,
            through: status.last,
            limit: limit,
            in: tx
        )
    }

    func deliver(_ events: [EventEnvelope], to name: String, in tx: borrowing Transaction) async throws {
        if case .transactional(let routes) = try replayable(name).reactions {
            return try await routes.deliver(events, to: name, counting: metrics, in: tx)
        }
        do {
            try await relays[name]?(events)
        } catch let failure as HandOverFailure {
            throw failure
        } catch {
            throw NothingGoes(cause: error)
        }
    }

    private func current(_ id: UUID, in tx: borrowing Transaction) async throws -> ReplayStatus {
        try ReplayStatus(
            try await tx.query("SELECT \(raw: ReplayStatus.columns) FROM events.replay r WHERE r.id = \(id)")[0]
        )
    }

    /// Not to be had: it is locked, or there is none.
    private func absent(_ id: UUID, in tx: borrowing Transaction) async throws -> ReplayStep {
        guard try await !tx.query("SELECT FROM events.replay WHERE id = \(id)").isEmpty else {
            throw OutboxError.unknownReplay(id)
        }
        return .waits(0.2)
    }

    /// Writes down why a replay stands still, until it comes forward; one that has failed waits for an operator.
    private func note(_ error: String, of id: UUID, hasFailed: Bool) async throws {
        let text = String(error.replacing("\0", with: "␀").prefix(2_000))
        try await database.transaction { tx in
            tx.send(
                """
                UPDATE events.replay SET error = \(text), failed_at = CASE WHEN \(hasFailed) THEN now() END
                WHERE id = \(id)
                """
            )
        }
    }

    private static var options: TransactionOptions {
        // What a crash of the server undoes is done again: effects and position are one transaction.
        TransactionOptions(statementTimeout: .seconds(60), asynchronousCommit: true)
    }
}

/// For how long a replay lets live traffic go first before it takes one batch all the same, so that a live lane that is
/// stuck does not hold it up for ever.
struct ReplayPatience: Sendable {
    private let end = ContinuousClock.now + .seconds(2)
    var isOver: Bool { ContinuousClock.now >= end }
}

/// An event that a replay cannot get past.
public struct ReplayFailure: Error, CustomStringConvertible {
    let replay: UUID
    let event: EventEnvelope
    let cause: any Error

    /// Which event, and why.
    public var description: String {
        "\(event.name) \(event.id.uuidString.lowercased()) at position \(event.position) failed: \(cause)"
    }
}

/// A relay's events cannot leave at the moment, which is no event's fault.
private struct NothingGoes: Error, CustomStringConvertible {
    let cause: any Error
    var description: String { "\(cause)" }
}
