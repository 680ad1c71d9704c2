internal import CPostgres

extension DatabaseError {
    /// Reads the fields of a failed result (Postgres manual, `PQresultErrorField`).
    init(result: OpaquePointer, statement: String) {
        func field(_ code: Character) -> String? {
            unsafe PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { unsafe String(cString: $0) }
        }
        let state = field("C")
        self.init(state.map(Code.init(sqlState:)) ?? .server, field("M") ?? "the server gave no reason")
        sqlState = state
        detail = field("D")
        constraint = field("n")
        self.statement = statement
    }

    init(_ code: Code, _ call: String, connection: OpaquePointer?) {
        let reason = unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? ""
        self.init(code, "\(call): \(reason.split(separator: "\n").joined(separator: "; "))")
    }

    /// The prepared plan is out of date ("cached plan must not change result type"), or the server does not have it.
    var concernsPlan: Bool { sqlState == "0A000" || sqlState == "26000" }
    /// Somebody asked the server to stop the statement, or it ran out of time.
    var wasStopped: Bool { sqlState == "57014" }
}
