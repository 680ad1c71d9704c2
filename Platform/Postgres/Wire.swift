internal import CPostgres
import DequeModule
import Glibc

/// One libpq connection in pipeline mode, after it was opened. Confined to the reactor by the actor that owns it.
///
/// It keeps the list of answers still owed, in order, because the protocol says nothing else about which is whose.
@safe final class Wire {
    /// An answer that the server owes.
    private enum Owed {
        case prepare(Exchange, PreparedStatements.Entry)
        case result(Exchange, PreparedStatements.Entry)
        case unprepared(Exchange, sql: String)
        case sync

        var exchange: Exchange? {
            switch self {
            case .prepare(let exchange, _), .result(let exchange, _), .unprepared(let exchange, _): exchange
            case .sync: nil
            }
        }
    }

    private let connection: OpaquePointer
    private var owed = Deque<Owed>()
    private var prepared = PreparedStatements()
    private var answered = false
    /// Reads to be sent again, each alone: a neighbour took them down, or their plan was out of date.
    private var retries: [Exchange] = []
    /// Answers that came in this turn and are delivered at its end.
    private var answers: [Exchange.Answer] = []
    /// A request to stop is or was on its way while what is owed now was running.
    private var wasStopped = false
    private(set) var owedResults = 0
    /// Bytes are left that the kernel did not take yet.
    private(set) var wantsToWrite = false

    init(_ connection: OpaquePointer) {
        unsafe self.connection = unsafe connection
        // libpq prints notices to standard error unless told otherwise.
        _ = unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    deinit { unsafe PQfinish(connection) }

    /// The number of its socket; negative once libpq has closed that.
    var socket: Int32 { unsafe PQsocket(connection) }
    var backendPID: Int32 { unsafe PQbackendPID(connection) }

    /// True when nothing is owed.
    var isQuiet: Bool { owed.isEmpty }
    /// True when no transaction is open, as far as the server has answered.
    var isOutsideTransaction: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_IDLE }
    /// The exchange that the server is working on.
    var running: Exchange? { owed.first?.exchange }

    /// What `PQcancel` needs; free it with `PQfreeCancel`.
    func makeCancel() -> OpaquePointer? {
        wasStopped = true
        return unsafe PQgetCancel(connection)
    }

    func takeRetries() -> [Exchange] {
        defer { retries = [] }
        return retries
    }

    /// What was sent on the channels that the connection listens to.
    func takeNotifications() -> [DatabaseNotification] {
        var notifications: [DatabaseNotification] = []
        while let notify = unsafe PQnotifies(connection) {
            notifications.append(unsafe DatabaseNotification(notify))
            unsafe PQfreemem(notify)
        }
        return notifications
    }

    // MARK: Sending

    /// Queues all statements of an exchange. Nothing is sent before `sync()`, unless libpq's buffer is full.
    func submit(_ exchange: Exchange) -> DatabaseError? {
        switch exchange.content {
        case .read(let statement):
            if let error = send(statement, for: exchange) { return error }
        case .statements(let statements):
            for statement in statements {
                if let error = send(statement, for: exchange) { return error }
            }
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
        switch prepared.find(statement) {
        case .known(let entry):
            return execute(entry, statement, for: exchange)
        case .new(let entry):
            guard unsafe statement.prepare(as: entry.name, on: connection) else { return broken("PQsendPrepare") }
            owed.append(.prepare(exchange, entry))
            return execute(entry, statement, for: exchange)
        case .full:
            guard unsafe statement.sendUnprepared(on: connection) else { return broken("PQsendQueryParams") }
            owed.append(.unprepared(exchange, sql: statement.sql))
            owedResults += 1
            return nil
        }
    }

    private func execute(
        _ entry: PreparedStatements.Entry,
        _ statement: Statement,
        for exchange: Exchange
    ) -> DatabaseError? {
        guard unsafe statement.send(prepared: entry.name, on: connection) else { return broken("PQsendQueryPrepared") }
        owed.append(.result(exchange, entry))
        owedResults += 1
        return nil
    }

    // MARK: Receiving

    /// Takes what the socket has and hands every complete answer to its exchange.
    func receive() -> DatabaseError? {
        guard unsafe PQconsumeInput(connection) == 1 else { return broken("PQconsumeInput") }
        defer { deliver() }
        while answered || !owed.isEmpty, unsafe PQisBusy(connection) == 0 {
            guard let result = unsafe PQgetResult(connection) else {
                // A NULL ends the results of one statement; anywhere else the conversation is out of step.
                guard answered else { return broken("PQgetResult") }
                answered = false
                continue
            }
            guard let next = owed.popFirst() else { return unsafe unexpected(result) }
            if let error = unsafe accept(result, for: next) { return error }
        }
        return unsafe PQstatus(connection) == CONNECTION_BAD ? broken("connection") : nil
    }

    private func deliver() {
        for answer in answers { answer.deliver() }
        answers.removeAll(keepingCapacity: true)
    }

    private func settle(_ answer: Exchange.Answer?) {
        owedResults -= 1
        if let answer { answers.append(answer) }
    }

    private func accept(_ result: OpaquePointer, for next: Owed) -> DatabaseError? {
        let status = unsafe PQresultStatus(result)
        answered = true
        switch next {
        case .result(let exchange, let entry):
            return unsafe accept(result, status, for: exchange, entry.sql, entry)
        case .unprepared(let exchange, let sql):
            return unsafe accept(result, status, for: exchange, sql, nil)
        case .prepare(let exchange, let entry):
            defer { unsafe PQclear(result) }
            if status != PGRES_COMMAND_OK { prepared.forget(entry) }
            guard status == PGRES_FATAL_ERROR else { return nil }
            let error = unsafe DatabaseError(result: result, statement: entry.sql)
            exchange.note(error)
            guard error.isAboutTheConnection else { return nil }
            exchange.abandon(error)
            return error
        case .sync:
            guard status == PGRES_PIPELINE_SYNC else { return unsafe unexpected(result) }
            unsafe PQclear(result)
            answered = false
            if owed.isEmpty { wasStopped = false }
            return nil
        }
    }

    private func accept(
        _ result: OpaquePointer,
        _ status: ExecStatusType,
        for exchange: Exchange,
        _ sql: String,
        _ entry: PreparedStatements.Entry?
    ) -> DatabaseError? {
        if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK {
            settle(exchange.succeed(Rows(unsafe ResultHandle(result))))
            return nil
        }
        defer { unsafe PQclear(result) }
        switch status {
        case PGRES_PIPELINE_ABORTED:
            if exchange.hasFailed { settle(exchange.fail(nil)) } else { retry(exchange, or: nil) }
        case PGRES_EMPTY_QUERY:
            settle(exchange.fail(DatabaseError(.server, "the statement is empty")))
        case PGRES_FATAL_ERROR:
            let error = unsafe DatabaseError(result: result, statement: sql)
            if error.isAboutTheConnection {
                exchange.abandon(error)
                return error
            }
            if error.concernsPlan, let entry { prepared.forget(entry) }
            let isCollateral = error.concernsPlan || wasStopped && error.wasStopped
            if isCollateral { retry(exchange, or: error) } else { settle(exchange.fail(error)) }
        default:
            // COPY leaves the pipeline in a state that libpq offers no way out of.
            exchange.abandon(DatabaseError(.server, "COPY cannot be used here; insert from arrays with UNNEST instead"))
            return DatabaseError(.connectionLost, "closed after COPY")
        }
        return nil
    }

    /// Sends a read again, if that may help it; anything else fails.
    private func retry(_ exchange: Exchange, or error: DatabaseError?) {
        if exchange.claimRetry() {
            owedResults -= 1
            retries.append(exchange)
        } else {
            settle(exchange.fail(error))
        }
    }

    // MARK: Failing

    /// Lets the server know at once, which frees what is locked here. A socket that libpq has closed already is gone, and
    /// its number may be anybody's.
    func hangUp() {
        let socket = socket
        if socket >= 0 { _ = shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Everyone who still waits on this connection learns that it is gone.
    func failAll(_ error: DatabaseError) {
        for entry in owed { entry.exchange?.abandon(error) }
        for exchange in takeRetries() { exchange.abandon(error) }
        owed.removeAll()
        owedResults = 0
    }

    private func unexpected(_ result: OpaquePointer) -> DatabaseError {
        defer { unsafe PQclear(result) }
        return unsafe DatabaseError(result: result, statement: "")
    }

    private func broken(_ call: String) -> DatabaseError {
        unsafe DatabaseError(.connectionLost, call, connection: connection)
    }
}
