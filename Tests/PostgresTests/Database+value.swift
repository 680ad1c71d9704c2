import Postgres
import Testing

extension Database {
    /// The column `value` of the first row.
    func value<Value: PostgresDecodable>(_ statement: Statement, as _: Value.Type = Value.self) async throws -> Value {
        let row = try #require(try await read(statement).first)
        return try row["value"]
    }
}

extension Transaction {
    /// The column `value` of the first row.
    func value<Value: PostgresDecodable>(_ statement: Statement, as _: Value.Type = Value.self) async throws -> Value {
        let row = try #require(try await query(statement).first)
        return try row["value"]
    }
}
