import Postgres

/// One question to a Postgres server, and what its answer means.
struct PostgresCheck: Sendable {
    /// Columns of the answer; NULL is an empty text.
    typealias Row = [String]

    let name: String
    let query: String
    /// Decides; a pure function of the rows.
    let judge: @Sendable (_ check: String, [Row]) -> [Finding]

    init(_ name: String, _ query: String, judge: @escaping @Sendable (_ check: String, [Row]) -> [Finding]) {
        self.name = "postgres.\(name)"
        self.query = query
        self.judge = judge
    }

    /// Asks. A question that the server refuses is a finding of its own.
    func run(_ session: Session) async -> [Finding] {
        do {
            let rows = try await session.run(query).map { $0.map { $0 ?? "" } }
            return judge(name, rows)
        } catch {
            return [.warning(name, "cannot be asked: \(error)", fix: "grant the role pg_monitor, then look again")]
        }
    }
}

extension [Finding] {
    /// These, or that all is well.
    func otherwise(_ check: String, _ message: String) -> [Finding] {
        isEmpty ? [.ok(check, message)] : self
    }
}
