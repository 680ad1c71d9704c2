internal import CPostgres
import Glibc
import Reactor

/// A connection of its own for what the lanes cannot carry: scripts of several statements, session locks.
///
/// It blocks, on a thread that it has for itself. For migrations and the like, never for requests.
@safe public actor Session {
    private nonisolated let loop: ReactorLoop
    /// The session's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private var connection: OpaquePointer?

    /// Opens a session. No statement of it times out unless the script says so.
    public init(_ configuration: DatabaseConfiguration, role: String = "session") async throws {
        loop = try ReactorLoop()
        var unlimited = configuration
        unlimited.statementTimeout = .zero
        unlimited.idleInTransactionTimeout = .zero
        try connect(unlimited.keywords(role: role, readOnly: false))
    }

    /// Opens a session, runs the body and closes it, whatever happens.
    public static func with<Result: Sendable>(
        _ configuration: DatabaseConfiguration,
        role: String = "session",
        _ body: (Session) async throws -> Result
    ) async throws -> Result {
        let session = try await Session(configuration, role: role)
        do {
            let result = try await body(session)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    /// Runs a script of one or more statements and returns the rows of the last one as texts.
    @discardableResult
    public func run(_ script: String) throws -> [[String?]] {
        guard let connection = unsafe connection else {
            throw DatabaseError(.connectionLost, "the session is closed")
        }
        guard let result = unsafe PQexec(connection, script) else {
            throw unsafe DatabaseError(.connectionLost, "PQexec", connection: connection)
        }
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
            throw unsafe DatabaseError(result: result, statement: String(script.prefix(200)))
        }
        return unsafe (0..<PQntuples(result)).map { row in
            unsafe (0..<PQnfields(result)).map { column in
                guard unsafe PQgetisnull(result, row, column) == 0 else { return nil }
                return unsafe PQgetvalue(result, row, column).map { unsafe String(cString: $0) }
            }
        }
    }

    /// Closes the connection and ends the thread.
    public func close() {
        if let connection = unsafe connection { unsafe PQfinish(connection) }
        unsafe connection = nil
        loop.stop()
    }

    private func connect(_ keywords: [(String, String)]) throws {
        let names = unsafe keywords.map { unsafe strdup($0.0) } + [nil]
        let values = unsafe keywords.map { unsafe strdup($0.1) } + [nil]
        defer { unsafe (names + values).forEach { unsafe free($0) } }
        let opened = unsafe PQconnectdbParams(
            names.map { unsafe UnsafePointer($0) },
            values.map { unsafe UnsafePointer($0) },
            1
        )
        guard unsafe PQstatus(opened) == CONNECTION_OK else {
            let error = unsafe DatabaseError(.connectFailed, "cannot connect", connection: opened)
            unsafe PQfinish(opened)
            loop.stop()
            throw error
        }
        unsafe connection = unsafe opened
    }
}

extension String {
    /// The text as an SQL literal.
    public var sqlLiteral: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
