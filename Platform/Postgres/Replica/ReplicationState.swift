/// What one server says of its place in replication.
struct ReplicationState: Sendable {
    let position: WALPosition
    /// By how much a commit may be visible before the position covers it.
    let delay: Duration
    private let isStandby: Bool
    private let system: Int
    private let database: String

    /// The standby failed to answer, as opposed to the primary.
    struct StandbyFailure: Error {
        let error: any Error
    }

    /// What is on the primary's disk: no more than that is ever sent. A commit that does not wait for the disk is there
    /// after three rounds of the log's writer at the latest.
    static func primary(over lane: ReadLane) async throws -> ReplicationState {
        try ReplicationState(
            await lane.query(
                """
                SELECT pg_current_wal_flush_lsn() AS position, pg_is_in_recovery() AS is_standby,
                       3 * extract(epoch FROM current_setting('wal_writer_delay')::interval)::float8 AS delay,
                       system_identifier AS system, current_database()::text AS database
                FROM pg_control_system()
                """
            )[0]
        )
    }

    /// What the standby has replayed and so shows.
    static func standby(over lane: ReadLane) async throws(StandbyFailure) -> ReplicationState {
        do {
            return try ReplicationState(
                await lane.query(
                    """
                    SELECT coalesce(pg_last_wal_replay_lsn(), '0/0') AS position, pg_is_in_recovery() AS is_standby,
                           0::float8 AS delay, system_identifier AS system, current_database()::text AS database
                    FROM pg_control_system()
                    """
                )[0]
            )
        } catch {
            throw StandbyFailure(error: error)
        }
    }

    /// Why it cannot stand in for the primary; nil when it can.
    func whyUnfit(for primary: ReplicationState) -> String? {
        guard isStandby else { return "it is no standby: it accepts writes of its own" }
        guard system == primary.system else { return "it is a standby of another cluster" }
        return database == primary.database ? nil : "it leads to the database \(database), not \(primary.database)"
    }

    private init(_ row: Row) throws {
        position = try row["position"]
        delay = .milliseconds(Int((try row["delay"] as Double) * 1000))
        isStandby = try row["is_standby"]
        system = try row["system"]
        database = try row["database"]
    }
}
