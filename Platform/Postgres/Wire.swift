internal import CPostgres
import DequeModule
import Glibc

/// One libpq connection in pipeline mode, after it was opened. Confined to the reactor by the actor that owns it.
///
/// It keeps the list of answers still owed, in order, because the protocol says nothing else about which is whose.
@safe final class Wire {
    /// An answer that the server owes.
    private enum Owed {
        case prepare(Exchange, sql: String)
        case result(Exchange, sql: String, retryable: Bool)
        case sync
    }

    /// What a turn of reading brought.
    enum Progress {
        case waiting
        /// Statements that were skipped because a neighbour under the same Sync failed.
        case skipped([Exchange])
        case broken(DatabaseError)
    }

    private let connection: OpaquePointer
    private var owed = Deque<Owed>()
    private var prepared: [String: String] = [:]
    private var lastName = 0
    private var answered = false
    private var skipped: [Exchange] = []
    private(set) var owedResults = 0
    /// Bytes are left that the kernel did not take yet.
    private(set) var wantsToWrite = false

    /// Texts beyond this are not prepared: statements are few, so more means that somebody builds them.
    private static let preparedMaximum = 1000

    init(_ connection: OpaquePointer) {
        unsafe self.connection = unsafe connection
    }

    deinit { unsafe PQfinish(connection) }

    var socket: Int32 { unsafe PQsocket(connection) }
    var backendPID: Int32 { unsafe PQbackendPID(connection) }

    /// What `PQcancel` needs; free it with `PQfreeCancel`.
    func makeCancel() -> OpaquePointer? { unsafe PQgetCancel(connection) }

    // MARK: Sending

    /// Queues all statements of an exchange. Nothing is sent before `sync()`, unless libpq's buffer is full.
    func submit(_ exchange: Exchange, retryable: Bool) -> DatabaseError? {
        for statement in exchange.statements {
            if let error = send(statement, for: exchange) { return error }
            owed.append(.result(exchange, sql: statement.sql, retryable: retryable))
            owedResults += 1
        }
        return nil
    }

    /// Ends a group: the server answers it, and a failure inside reaches no further.
    func sync() -> DatabaseError? {
        guard unsafe PQpipelineSync(connection) == 1 else { return broken("PQpipelineSync") }
        owed.append(.sync)
        return flush()
    }

    func flush() -> DatabaseError? {
        switch unsafe PQflush(connection) {
        case 0: wantsToWrite = false
        case 1: wantsToWrite = true
        default: return broken("PQflush")
        }
        return nil
    }

    private func send(_ statement: Statement, for exchange: Exchange) -> DatabaseError? {
        if let name = prepared[statement.sql] {
            return unsafe statement.send(prepared: name, on: connection) ? nil : broken("PQsendQueryPrepared")
        }
        guard prepared.count < Self.preparedMaximum else {
            return unsafe statement.sendUnprepared(on: connection) ? nil : broken("PQsendQueryParams")
        }
        lastName += 1
        let name = "s\(lastName)"
        guard unsafe statement.prepare(as: name, on: connection) else { return broken("PQsendPrepare") }
        prepared[statement.sql] = name
        owed.append(.prepare(exchange, sql: statement.sql))
        return unsafe statement.send(prepared: name, on: connection) ? nil : broken("PQsendQueryPrepared")
    }

    // MARK: Receiving

    /// Takes what the socket has and hands every complete answer to its exchange.
    func receive() -> Progress {
        guard unsafe PQconsumeInput(connection) == 1 else { return .broken(broken("PQconsumeInput")) }
        while let next = owed.first, unsafe PQisBusy(connection) == 0 {
            guard let result = unsafe PQgetResult(connection) else {
                guard answered else { break }
                answered = false
                owed.removeFirst()
                continue
            }
            unsafe accept(result, for: next)
        }
        if unsafe PQstatus(connection) == CONNECTION_BAD { return .broken(broken("connection")) }
        defer { skipped = [] }
        return skipped.isEmpty ? .waiting : .skipped(skipped)
    }

    private func accept(_ result: OpaquePointer, for next: Owed) {
        let status = unsafe PQresultStatus(result)
        answered = true
        switch (next, status) {
        case (.sync, _):
            answered = false
            owed.removeFirst()
            unsafe PQclear(result)
        case (.prepare(let exchange, let sql), _):
            if status == PGRES_FATAL_ERROR { exchange.note(unsafe DatabaseError(result: result, statement: sql)) }
            if status != PGRES_COMMAND_OK { prepared[sql] = nil }
            unsafe PQclear(result)
        case (.result(let exchange, _, _), PGRES_TUPLES_OK), (.result(let exchange, _, _), PGRES_COMMAND_OK):
            owedResults -= 1
            exchange.succeed(Rows(unsafe ResultHandle(result)))
        case (.result(let exchange, _, let retryable), PGRES_PIPELINE_ABORTED):
            owedResults -= 1
            if retryable, !exchange.hasFailed { skipped.append(exchange) } else { exchange.fail(nil) }
            unsafe PQclear(result)
        case (.result(let exchange, let sql, _), _):
            owedResults -= 1
            let error = unsafe DatabaseError(result: result, statement: sql)
            if error.concernsPreparedStatement { prepared[sql] = nil }
            exchange.fail(error)
            unsafe PQclear(result)
        }
    }

    // MARK: Failing

    /// Everyone who still waits on this connection learns that it is gone.
    func failAll(_ error: DatabaseError) {
        for entry in owed {
            if case .result(let exchange, _, _) = entry { exchange.abandon(error) }
        }
        owed.removeAll()
        owedResults = 0
    }

    private func broken(_ call: String) -> DatabaseError {
        unsafe DatabaseError(.connectionLost, call, connection: connection)
    }
}
