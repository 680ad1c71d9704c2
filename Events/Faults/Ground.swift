public import Postgres
import Synchronization

/// A migrated database made ready for trials, one after another.
///
/// What goes wrong goes wrong in here, by triggers and functions in a schema of the kit's own: the product has no switch
/// that could be left on.
public final class Ground: Sendable {
    /// The kit's own connections.
    public let database: Database
    let producers: Database
    let nodes: [Database]
    /// Runs what has to be done at once, outside of transactions, and holds the gates.
    let keeper: Session
    private let strikes: Mutex<[Strike]>

    /// Prepares a migrated database for trials of up to so many processes.
    public init(_ database: Database, nodes: Int = 3) async throws {
        self.database = database
        keeper = try await Session(database.configuration, role: "faults")
        _ = try await keeper.run(Self.schema)
        producers = Self.connections("producers", like: database)
        self.nodes = (0..<nodes).map { Self.connections("node-\($0)", like: database) }
        strikes = Mutex((0..<nodes).map { _ in Strike() })
    }

    /// Closes its connections.
    public func close() async {
        await producers.close()
        for node in nodes { await node.close() }
        await keeper.close()
    }

    private static func connections(_ name: String, like database: Database) -> Database {
        var configuration = database.configuration
        configuration.applicationName = "faults-\(name)"
        configuration.poolMinimum = 0
        configuration.poolMaximum = 6
        configuration.readConnections = 1
        // Who stands still on purpose is not to be thrown out for it.
        configuration.statementTimeout = .seconds(120)
        configuration.idleInTransactionTimeout = .seconds(120)
        configuration.acquireTimeout = .seconds(60)
        configuration.slowStatement = .seconds(120)
        return Database(configuration, on: database.loop, logger: .silent)
    }

    /// Ends every connection of the kit but the keeper's, and lets all listeners go on that stand still.
    func breakOff() async throws {
        for strike in strikes.withLock({ $0 }) { strike.release() }
        try await Session.with(database.configuration, role: "break-off") { session in
            _ = try await session.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'faults-%'
                """
            )
        }
    }

    /// A process' listener that may stand still; the process before it is gone.
    func newStrike(for node: Int) -> Strike {
        let strike = Strike()
        strikes.withLock { $0[node] = strike }
        return strike
    }

    // MARK: Gates

    /// Makes whoever comes to a point in the database suffer a blow. A stall lasts until the gate is opened.
    func arm(_ fault: Disturbance, gate: Int) async throws {
        try await keeper.run(
            """
            SELECT pg_advisory_lock(\(Self.gates), \(gate));
            INSERT INTO faults.armed VALUES ('\(fault.point.rawValue)', '\(fault.blow.rawValue)', \(gate))
            """
        )
    }

    /// Whoever comes now passes; who stands at the gate stays.
    func disarm() async throws { try await keeper.run("DELETE FROM faults.armed") }

    /// Lets whoever stands at the gate go on.
    func open(gate: Int) async throws {
        // Once too often says so in a warning.
        try await keeper.run(
            """
            SELECT pg_advisory_unlock(\(Self.gates), \(gate)) FROM pg_locks WHERE locktype = 'advisory' AND granted
               AND pid = pg_backend_pid() AND classid = \(Self.gates) AND objid = \(gate)
            """
        )
    }

    /// Opens every gate, whoever forgot to.
    func openAllGates() async throws { try await keeper.run("SELECT pg_advisory_unlock_all()") }

    /// True when somebody stands at the gate.
    func isOccupied(gate: Int) async throws -> Bool {
        try await !keeper.run(
            """
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND classid = \(Self.gates) AND objid = \(gate) AND NOT granted
            """
        ).isEmpty
    }

    /// True when a process stands at a gate, or waits for what another one has locked.
    func isWaiting(_ application: String) async throws -> Bool {
        try await !keeper.run(
            """
            SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
               AND application_name LIKE 'faults-\(application)/%'
            """
        ).isEmpty
    }

    /// The server ends every connection of a process, which is not told.
    func sever(_ application: String) async throws {
        // Not with a time to wait: the server would look every 100 ms only.
        while try await !keeper.run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'faults-\(application)/%'
            """
        ).isEmpty {
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Keeps the kit's advisory locks apart from others; "fault" in ASCII, cut to four bytes.
    static let gates = 0x6661_756c
}
