internal import CPostgres
import Glibc

/// What a statement returned. The rows stay in the driver's memory and are decoded when they are read.
public struct Rows: RandomAccessCollection, Sendable {
    private let result: ResultHandle

    init(_ result: ResultHandle) { self.result = result }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many rows there are.
    public var endIndex: Int { result.rowCount }
    /// One row.
    public subscript(position: Int) -> Row { Row(result: result, index: position) }

    /// How many rows an INSERT, UPDATE or DELETE touched; the number of rows for a SELECT.
    public var affected: Int { result.affected }

    /// The server's name for what it did, such as `COMMIT`.
    var command: String { result.command }
}

/// One row; columns are read by name.
public struct Row: Sendable {
    let result: ResultHandle
    let index: Int

    /// The column's value. Throws an error that names the column when it is missing, NULL or of another type.
    public subscript<Value: PostgresDecodable>(name: StaticString) -> Value {
        get throws(DatabaseError) { try result.value(row: index, column: name) }
    }
}

/// Owns one `PGresult`.
///
/// Sendable without the compiler's proof: a result never changes after libpq handed it out, and its docs allow reading
/// it from any thread.
@safe final class ResultHandle: @unchecked Sendable {
    private let result: OpaquePointer
    let rowCount: Int
    private let columnCount: Int32

    init(_ result: OpaquePointer) {
        unsafe self.result = unsafe result
        rowCount = Int(unsafe PQntuples(result))
        columnCount = unsafe PQnfields(result)
    }

    deinit { unsafe PQclear(result) }

    var affected: Int {
        guard let text = unsafe PQcmdTuples(result), unsafe text.pointee != 0 else { return rowCount }
        return Int(unsafe String(cString: text)) ?? rowCount
    }

    var command: String {
        unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? ""
    }

    func value<Value: PostgresDecodable>(row: Int, column name: StaticString) throws(DatabaseError) -> Value {
        guard let column = column(name) else {
            throw DatabaseError(.decoding, "the result has no column \(name)")
        }
        do {
            guard unsafe PQgetisnull(result, Int32(row), column) == 0 else { return try Value.fromNull() }
            let count = Int(unsafe PQgetlength(result, Int32(row), column))
            let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(result, Int32(row), column), count: count)
            return try Value(postgres: unsafe PostgresCell(type: PQftype(result, column), bytes: bytes))
        } catch {
            throw DatabaseError(.decoding, "column \(name) \(error.reason)")
        }
    }

    private func column(_ name: StaticString) -> Int32? {
        let count = name.utf8CodeUnitCount
        for column in 0..<columnCount {
            guard let found = unsafe PQfname(result, column) else { continue }
            if unsafe strncmp(found, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), count) == 0,
                unsafe found[count] == 0
            {
                return column
            }
        }
        return nil
    }
}
