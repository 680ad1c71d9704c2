import EventDelivery
public import Events
import Postgres

extension OutboxOperations {
    /// How many events are read at a time.
    private static let page = 2_000

    /// Tries whether this program can decode and route everything that is not delivered yet, and whether it agrees with
    /// the database about the listeners. Changes nothing; memory is bounded.
    public func preflight(_ catalog: EventCatalog) async throws -> PreflightReport {
        var report = PreflightReport()
        let state = try await scan { tx in try await PreflightState(in: tx) }
        if state.isForeign { report.object("foreign-cluster", "events.cluster", "\(OutboxError.clusterChanged)") }
        for row in state.listeners { compare(row, &report) }
        for listener in listeners where listener.effect != .volatile && !state.knows(listener.name) {
            report.note("new-listener", listener.name, listener.beginning(head: state.head))
        }
        report.head = state.head
        report.after = start(state)
        try await readPayloads(catalog, state, &report)
        return report
    }

    /// The position that the slowest listener of this program has come to, as soon as it runs.
    private func start(_ state: PreflightState) -> Int {
        let known = state.listeners.filter { row in listeners.contains { $0.name == row.name } }.map(\.slowest)
        let isNewProjection = listeners.contains { listener in
            if case .beginning = listener.start { !state.knows(listener.name) } else { false }
        }
        return isNewProjection ? 0 : known.min() ?? state.head
    }

    private func compare(_ row: PreflightState.Known, _ report: inout PreflightReport) {
        guard let listener = listeners.first(where: { $0.name == row.name }) else {
            let work = "\(row.waiting) events wait for it and \(row.heldBack) are held back"
            guard row.waiting + row.heldBack > 0 else {
                return report.note("unknown-listener", row.name, "this program does not have it; nothing waits for it")
            }
            return report.object("vanished-listener", row.name, "this program does not have it, but \(work)")
        }
        if listener.lanes != row.lanes {
            let change =
                "has \(row.lanes) lanes in the database and \(listener.lanes) in this program; it is divided anew"
            let wait =
                row.isLevel ? "at the next start" : "once all its lanes stand at one position with nothing held back"
            report.note("lanes", row.name, "\(change) \(wait)")
        }
        compareHearing(listener, row, &report)
    }

    private func compareHearing(_ listener: Listener, _ row: PreflightState.Known, _ report: inout PreflightReport) {
        guard let now = listener.hears.map({ Set($0.map(\.rawValue)) }), let before = row.hears.map(Set.init) else {
            if (listener.hears == nil) != (row.hears == nil) {
                report.note("hears", row.name, "changes between hearing every event and some of them")
            }
            return
        }
        for name in now.subtracting(before).sorted() {
            report.note("hears", row.name, "will hear \(name) from its cursor on; for older ones plan a replay")
        }
        for name in before.subtracting(now).sorted() {
            report.note("hears", row.name, "will not hear \(name) any more; those that wait are passed over")
        }
        for name in row.heldBackNames.filter({ !now.contains($0) }) {
            report.object(
                "unheard",
                row.name,
                "holds back events of \(name), which this program's listener does not hear"
            )
        }
    }

    private func readPayloads(_ catalog: EventCatalog, _ state: PreflightState, _ report: inout PreflightReport)
        async throws
    {
        var check = PayloadCheck(catalog, listeners)
        func read(_ next: (Int) async throws -> [EventEnvelope]) async throws {
            var position = 0
            while case let events = try await next(position), let last = events.last {
                check.read(events)
                report.events += events.count
                position = last.position
            }
        }
        let (start, head) = (report.after, state.head)
        try await read { position in
            try await scan { tx in
                try await PreflightState.undelivered(after: max(start, position), head, Self.page, in: tx)
            }
        }
        try await read { position in
            try await scan { tx in try await PreflightState.setAside(after: position, before: start, Self.page, in: tx)
            }
        }
        let unplaced = try await scan { tx in try await PreflightState.unplaced(in: tx) }
        check.read(unplaced)
        report.events += unplaced.count
        for (failure, found) in check.failures { report.add(failure, found, readers: check.readers(of: failure.name)) }
        report.sort()
    }
}

extension Listener {
    fileprivate func beginning(head: Int) -> String {
        if case .beginning = start { return "is new and will begin with the first of \(head) events" }
        return "is new and will begin with the next event"
    }
}

extension PreflightReport {
    fileprivate mutating func add(_ failure: PayloadCheck.Failure, _ found: (count: Int, first: Int), readers: [String])
    {
        let what =
            "\(found.count) of version \(failure.version), the first at position \(found.first): \(failure.reason)"
        guard readers.isEmpty else {
            return object(
                "undecodable",
                failure.name.rawValue,
                "\(what); would be dead for \(readers.joined(separator: ", "))"
            )
        }
        note("undecodable", failure.name.rawValue, "\(what); no listener of this program reads it")
    }

    fileprivate mutating func sort() {
        let order = { (left: PreflightFinding, right: PreflightFinding) in
            (left.kind, left.subject, left.detail) < (right.kind, right.subject, right.detail)
        }
        problems.sort(by: order)
        notices.sort(by: order)
    }
}
