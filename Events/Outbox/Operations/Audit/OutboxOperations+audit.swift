import EventDelivery
import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// How many positions one statement looks at: each takes a moment and holds nothing up.
    private static let window = 20_000
    /// How many findings are told one by one.
    private static let enough = 1_000

    /// Accounts for every committed event, by comparing what is there rather than by what cursors claim.
    ///
    /// It runs beside live traffic, window by window, in bounded memory. Throws when the sequencer has stopped, because
    /// nothing can be told from transaction numbers of another cluster.
    public func audit(
        of listener: String? = nil,
        from first: Int? = nil,
        through last: Int? = nil
    ) async throws -> AuditReport {
        let bounds = try await auditBounds(listener, first, last)
        var report = AuditReport(from: bounds.from, to: bounds.to)
        for window in Self.windows(after: bounds.seqBefore, through: bounds.seqLast) {
            let room = report.room(of: Self.enough)
            report.take(
                try await findings(AuditStatements.losses(after: window.after, through: window.through, limit: room))
            )
        }
        for window in Self.windows(after: bounds.from - 1, through: bounds.to) {
            try await auditWindow(window, listener, &report)
        }
        let room = report.room(of: Self.enough)
        report.take(try await findings(AuditStatements.order(from: bounds.from, through: bounds.to, limit: room)))
        report.take(try await findings(AuditStatements.bookkeeping(of: listener, limit: room)))
        report.isTruncated = report.room(of: Self.enough) == 1
        return report
    }

    private struct Bounds: Sendable {
        let from: Int
        let to: Int
        let seqBefore: Int
        let seqLast: Int
    }

    private static func windows(after first: Int, through last: Int) -> some Sequence<(after: Int, through: Int)> {
        stride(from: first, to: last, by: window).lazy.map { ($0, min($0 + window, last)) }
    }

    /// The whole log and every event, or the positions that were asked for and the events between theirs.
    private func auditBounds(_ listener: String?, _ first: Int?, _ last: Int?) async throws -> Bounds {
        try await scan { tx in
            let names = try await tx.query("SELECT name FROM events.listener ORDER BY name").map {
                try $0["name"] as String
            }
            if let listener, !names.contains(listener) { throw OutboxError.unknownListener(listener, known: names) }
            let rows = try await tx.query(
                """
                SELECT \(raw: Sequencer.isForeign()) AS is_foreign, t.position AS head,
                       coalesce((SELECT min(first) FROM events.partition
                                 WHERE parent = 'log' AND dropping_at IS NULL AND dropped_at IS NULL), 1) AS kept_from,
                       coalesce((SELECT min(seq) FROM events.event), 1) AS first_seq,
                       coalesce((SELECT max(seq) FROM events.event), 0) AS last_seq,
                       (SELECT seq FROM events.log WHERE position >= \(first) ORDER BY position LIMIT 1) AS from_seq,
                       (SELECT seq FROM events.log WHERE position <= \(last) ORDER BY position DESC LIMIT 1) AS to_seq
                FROM events.tick t, events.cluster c, events.server s ORDER BY t.position DESC LIMIT 1
                """
            )
            guard let row = rows.first else { throw OutboxError.noTick }
            guard try row["is_foreign"] == false else { throw OutboxError.clusterChanged }
            let head: Int = try row["head"]
            let (from, to) = (try first ?? row["kept_from"], min(last ?? head, head))
            guard from >= 1, last == nil || from <= to else { throw OutboxError.emptyRange("\(from)…\(last ?? to)") }
            return Bounds(
                from: from,
                to: to,
                seqBefore: (try row["from_seq"] as Int? ?? row["first_seq"]) - 1,
                seqLast: try row["to_seq"] as Int? ?? row["last_seq"]
            )
        }
    }

    private func auditWindow(
        _ window: (after: Int, through: Int),
        _ listener: String?,
        _ report: inout AuditReport
    ) async throws {
        let (after, through, room) = (window.after, window.through, report.room(of: Self.enough))
        report.take(try await findings(AuditStatements.log(after: after, through: through, limit: room)))
        report.take(
            try await findings(AuditStatements.faults(after: after, through: through, of: listener, limit: room))
        )
        let (count, listeners) = try await scan { tx in
            let rows = try await tx.query(
                "SELECT count(*) AS count FROM events.log WHERE position > \(after) AND position <= \(through)"
            )
            let counts = try await tx.query(AuditStatements.deliveries(after: after, through: through, of: listener))
            return (try rows[0]["count"] as Int, try counts.map(AuditedListener.init))
        }
        report.events += count
        for listener in listeners { report.add(listener) }
    }

    private func findings(_ statement: Statement) async throws -> [AuditFinding] {
        try await scan { tx in try await tx.query(statement).map(AuditFinding.init) }
    }

    /// Looks at one state with as much time as a large log needs.
    func scan<Result: Sendable>(
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        let options = TransactionOptions(
            isolation: .repeatableRead,
            readOnly: true,
            statementTimeout: .seconds(600)
        )
        return try await database.transaction(options) { tx in
            tx.send(Self.beforeSnapshot)
            return try await body(tx)
        }
    }
}

extension AuditReport {
    /// How many findings may still be told; never 0, so that truncation is noticed.
    fileprivate func room(of limit: Int) -> Int { max(1, limit - findings.count - notes.count) }

    /// What its transaction did not lock is the producer's choice; everything else is a fault.
    fileprivate mutating func take(_ found: [AuditFinding]) {
        findings += found.filter { $0.kind != "unlocked" }
        notes += found.filter { $0.kind == "unlocked" }
    }

    fileprivate mutating func add(_ more: AuditedListener) {
        guard let index = listeners.firstIndex(where: { $0.name == more.name }) else { return listeners.append(more) }
        listeners[index].heard += more.heard
        listeners[index].passed += more.passed
        listeners[index].waiting += more.waiting
        listeners[index].heldBack += more.heldBack
        listeners[index].skipped += more.skipped
    }
}

extension AuditedListener {
    fileprivate init(_ row: Row) throws {
        name = try row["name"]
        heard = try row["heard"]
        passed = try row["passed"]
        waiting = try row["waiting"]
        heldBack = try row["held_back"]
        skipped = try row["skipped"]
    }
}

extension AuditFinding {
    fileprivate init(_ row: Row) throws {
        kind = try row["kind"]
        listener = try row["listener"]
        position = try row["position"]
        event = try row["event"]
        detail = try row["detail"]
    }
}
