import Events
import Postgres

/// What can be seen after a run. It says nothing of how it came about.
public struct Evidence: Sendable {
    /// How often each thing was changed, by what is committed: so many marks of it there must be.
    public var changes: [String: Int] = [:]
    /// What each listener has seen, in the order in which it wrote it down.
    public var seen: [String: [Mark]] = [:]
    /// The marks of the log, in order; nil when there is no log.
    public var log: [Mark]?
    /// How many positions were given, and how many events have one: the same, if positions are dense.
    public var positions = (given: 0, used: 0)
    /// Cursors that went back.
    public var stepsBack: [String] = []
    /// What was still to be done when nothing should have been.
    public var remains: [String] = []

    /// Nothing, to be filled in.
    public init() {}
}

extension Evidence {
    static func read(of run: Run) async throws -> Evidence {
        let (database, prefix) = (run.ground.database, run.thing(0).dropLast())
        var evidence = Evidence()
        for row in try await database.read(
            "SELECT name, number FROM faults.thing WHERE starts_with(name, \(String(prefix)))"
        ) {
            evidence.changes[try row["name"]] = try row["number"]
        }
        for listener in run.candidate.listeners {
            evidence.seen[listener] = try await database.read(
                "SELECT thing, number FROM faults.effect WHERE listener = \(run.nodes[0].trial.witness(listener).name) ORDER BY id"
            ).map { Mark(thing: try $0["thing"], number: try $0["number"]) }
        }
        try await evidence.readLog(of: run)
        evidence.stepsBack = try await database.read(
            "SELECT concat_ws(' ', listener, lane, 'from', gone, 'to', come) AS row FROM faults.step_back"
        ).map { try $0["row"] }
        evidence.remains = try await run.candidate.remains(of: run.nodes[0].trial)
        return evidence
    }

    private mutating func readLog(of run: Run) async throws {
        let rows = try await run.ground.database.read(
            """
            SELECT e.name, e.payload ->> 'thing' AS thing, (e.payload ->> 'number')::bigint AS number, l.position
            FROM events.log l JOIN events.event e USING (seq) WHERE l.position > \(run.firstPosition) ORDER BY l.position
            """
        )
        positions.used = rows.count
        positions.given = try rows.last.map { try $0["position"] - run.firstPosition } ?? 0
        let marks = try rows.filter { try $0["name"] == Mark.name.rawValue }
        log = try marks.map { Mark(thing: try $0["thing"], number: try $0["number"]) }
    }
}

extension Ground {
    /// The log's end.
    func head() async throws -> Int {
        try await database.read("SELECT coalesce(max(position), 0) AS head FROM events.log")[0]["head"]
    }
}
