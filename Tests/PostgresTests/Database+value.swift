import Postgres
import TestSupport
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

extension Database {
    /// Waits until a statement with this text runs in this database, and returns its backend.
    func backend(running text: String) async throws -> Int {
        var found: Int?
        try await eventually {
            found = try await transaction { tx in
                try await tx.query(
                    """
                    SELECT pid FROM pg_stat_activity WHERE strpos(query, \(text)) > 0 AND state = 'active'
                    AND datname = current_database() AND pid <> pg_backend_pid()
                    """
                ).first.map { try $0["pid"] }
            }
            return found != nil
        }
        return try #require(found)
    }

    /// Waits until no statement with this text runs in this database.
    func quiet(_ text: String) async throws {
        try await eventually {
            try await transaction { tx in
                try await tx.value(
                    """
                    SELECT NOT EXISTS (
                        SELECT FROM pg_stat_activity WHERE strpos(query, \(text)) > 0 AND state = 'active'
                        AND datname = current_database() AND pid <> pg_backend_pid()
                    ) AS value
                    """
                )
            }
        }
    }

    /// The backend of the next transaction.
    func backend() async throws -> Int {
        try await transaction { try await $0.value("SELECT pg_backend_pid() AS value") }
    }

    /// Ends a backend, as an administrator would.
    func terminate(_ backend: Int) async throws {
        _ = try await transaction { try await $0.query("SELECT pg_terminate_backend(\(backend)::int)") }
    }
}
