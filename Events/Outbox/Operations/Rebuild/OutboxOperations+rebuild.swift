import EventDelivery
import Events
import Postgres

extension OutboxOperations {
    /// Makes a projection anew from its events and compares it with what is there, row by row.
    ///
    /// It is one transaction that holds the listener's lanes, so both sides stand at the same positions: the listener
    /// waits meanwhile, everybody else goes on, and readers see the old rows until the end. Without an operator everything
    /// is rolled back; with one the rebuilt rows stay. Events that the listener would announce again are dropped either
    /// way.
    public func rebuild(
        _ name: String,
        examples: Int = 20,
        applying operation: Operator? = nil
    ) async throws -> RebuildReport {
        let listener = try projection(name)
        guard !listener.projection.isEmpty else {
            let known = listeners.filter { !$0.projection.isEmpty }.map(\.name).sorted()
            throw RebuildRefusal.noProjection(name, known: known)
        }
        let options = TransactionOptions(statementTimeout: .seconds(3_600), attempts: 1)
        do {
            return try await database.transaction(options) { tx in
                var report = try await rebuild(listener, examples, in: tx)
                guard let operation else { throw RolledBack(report: report) }
                guard report.undeclared.isEmpty else {
                    throw RebuildRefusal.changesMore(name, report.undeclared.map(\.table))
                }
                Self.log("rebuild", "\(name), \(report.events) events", by: operation, in: tx)
                report.isApplied = true
                return report
            }
        } catch let result as RolledBack {
            return result.report
        }
    }

    private func rebuild(
        _ listener: Listener,
        _ examples: Int,
        in tx: borrowing Transaction
    ) async throws -> RebuildReport {
        let lanes = try await RebuildStore.take(listener, in: tx)
        let before = try await TableChange.all(in: tx)
        RebuildStore.clear(listener.projection, in: tx)
        let recorded = RecordedEvents.of(tx)
        let forget = recorded.mark()
        var (position, count) = (lanes.startsAfter, 0)
        while case let events = try await RebuildStore.events(listener, lanes, after: position, in: tx),
            let last = events.last
        {
            try await deliver(events, to: listener.name, in: tx)
            count += events.count
            position = last.position
        }
        let announced = Dictionary(grouping: recorded.envelopes, by: \.name.rawValue).mapValues(\.count)
        forget()
        try await tx.query("SET CONSTRAINTS ALL IMMEDIATE")
        let names = Set(listener.projection.map(\.name))
        let changes = try await TableChange.all(in: tx).since(before)
        var tables: [RebuiltTable] = []
        for (index, table) in listener.projection.enumerated() {
            tables.append(try await RebuildStore.compare(table, index, examples: examples, in: tx))
        }
        return RebuildReport(
            listener: listener.name,
            events: count,
            tables: tables,
            undeclared: changes.filter { !names.contains($0.table) },
            announced: announced,
            isApplied: false
        )
    }

    /// Ends a rebuild that was only asked for its result.
    private struct RolledBack: Error {
        let report: RebuildReport
    }
}
