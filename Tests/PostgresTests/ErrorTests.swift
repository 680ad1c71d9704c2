import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ErrorTests {
    /// A statement that fails, and how.
    struct Failure: Sendable, CustomStringConvertible {
        let description: String
        let statement: Statement
        let code: DatabaseError.Code
        var sqlState: String?
        var constraint: String?
    }

    static let schema: [Statement] = [
        "CREATE TABLE kid (id int PRIMARY KEY, name text NOT NULL UNIQUE, age int CONSTRAINT young CHECK (age < 18))",
        "CREATE TABLE badge (kid int CONSTRAINT badge_kid REFERENCES kid)",
        "INSERT INTO kid VALUES (1, 'Zoë', 7)",
    ]

    static let failures = [
        Failure(description: "bad SQL", statement: "SELEC 1", code: .server, sqlState: "42601"),
        Failure(description: "no such table", statement: "SELECT * FROM nowhere", code: .server, sqlState: "42P01"),
        Failure(
            description: "unique",
            statement: "INSERT INTO kid VALUES (2, 'Zoë', 8)",
            code: .uniqueViolation,
            sqlState: "23505",
            constraint: "kid_name_key"
        ),
        Failure(
            description: "foreign key",
            statement: "INSERT INTO badge VALUES (9)",
            code: .foreignKeyViolation,
            sqlState: "23503",
            constraint: "badge_kid"
        ),
        Failure(
            description: "check",
            statement: "INSERT INTO kid VALUES (3, 'Max', \(40))",
            code: .constraintViolation,
            sqlState: "23514",
            constraint: "young"
        ),
        Failure(
            description: "not null",
            statement: "INSERT INTO kid VALUES (3, \(nil as String?), 4)",
            code: .constraintViolation,
            sqlState: "23502"
        ),
        Failure(
            description: "in the middle",
            statement: "SELECT 1 / (3 - n) FROM generate_series(1, 5) n",
            code: .server,
            sqlState: "22012"
        ),
        Failure(description: "wrong type", statement: "SELECT \("seven") + 1", code: .server, sqlState: "42883"),
        Failure(
            description: "bad JSON",
            statement: "SELECT \(RawJSON(utf8: Array("{".utf8)))",
            code: .server,
            sqlState: "22P02"
        ),
        Failure(description: "two statements", statement: "SELECT 1; SELECT 2", code: .server, sqlState: "42601"),
        Failure(description: "no statement", statement: "", code: .server),
        Failure(description: "NUL in a text", statement: "SELECT \("a\0b")", code: .encoding),
        Failure(description: "NUL in an array", statement: "SELECT \(["a", "\0"])", code: .encoding),
        Failure(description: "NUL in raw text", statement: "SELECT '\(raw: "\0")'", code: .encoding),
        Failure(description: "no date", statement: "SELECT \(Date(timeIntervalSince1970: .nan))", code: .encoding),
    ]

    @Test func `A failure says what it was and leaves the connection usable`() async throws {
        try await withDatabase(configure: { $0.poolMaximum = 1 }) { database in
            for statement in Self.schema { try await database.command(statement) }
            let before = try await database.backend()
            for failure in Self.failures {
                let error = await #expect(throws: DatabaseError.self, "\(failure)") {
                    try await database.transaction { try await $0.execute(failure.statement) }
                }
                #expect(error?.code == failure.code, "\(failure)")
                #expect(error?.sqlState == failure.sqlState, "\(failure)")
                #expect(error?.message.isEmpty == false, "\(failure)")
                #expect(error?.alsoFailed == [], "\(failure)")
                if let constraint = failure.constraint { #expect(error?.constraint == constraint) }
            }
            let after = try await database.backend()
            #expect(before == after)
        }
    }

    @Test func `An error quotes the statement but never a parameter`() async throws {
        try await withDatabase { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read("SELECT 1 / \(0) AS broken, \("secret")")
            }
            let text = try #require(error.map { "\($0)" })
            #expect(text.contains("SELECT 1 / $1 AS broken"))
            #expect(text.contains("22012"))
            #expect(!text.contains("secret"))
        }
    }

    @Test func `Reading a column wrongly names the column and the cure`() async throws {
        try await withDatabase { database in
            let row = try #require(
                try await database.read(
                    "SELECT 1 AS int, 'x' AS text, NULL::int AS nothing, 1.5 AS numeric, \(UUID()) AS id, \(7) AS big"
                ).first
            )
            func fails<Value: PostgresDecodable>(_ column: StaticString, as _: Value.Type, _ words: String) {
                let error = #expect(throws: DatabaseError.self) { try row[column] as Value }
                #expect(error?.code == .decoding)
                #expect(error?.message.contains("\(column)") == true)
                #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            }
            fails("int", as: String.self, "not text")
            fails("text", as: Int.self, "not an integer")
            fails("text", as: UUID.self, "not uuid")
            fails("nothing", as: Int.self, "NULL")
            fails("numeric", as: Int.self, "cast it")
            fails("numeric", as: Double.self, "cast it")
            fails("id", as: String.self, "not text")
            fails("id", as: [Int].self, "not an array")
            fails("big", as: [Int].self, "not an array")
            fails("big", as: Bool.self, "not boolean")
            fails("big", as: Date.self, "not timestamptz")
            fails("missing", as: Int.self, "no column")
        }
    }

    @Test func `COPY is refused and costs its connection only`() async throws {
        try await withDatabase(configure: { $0.readConnections = 1 }) { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read("COPY (SELECT 1) TO STDOUT")
            }
            #expect(error?.message.contains("COPY") == true)
            let value: Int = try await database.value("SELECT 1 AS value")
            #expect(value == 1)
        }
    }

    @Test func `A statement has too many parameters before it is sent`() async throws {
        try await withDatabase { database in
            var interpolation = Statement.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
            interpolation.appendLiteral("SELECT 1 IN (0")
            for number in 1...70_000 {
                interpolation.appendLiteral(",")
                interpolation.appendInterpolation(number)
            }
            interpolation.appendLiteral(")")
            let statement = Statement(stringInterpolation: interpolation)
            let error = await #expect(throws: DatabaseError.self) { try await database.read(statement) }
            #expect(error?.code == .encoding)
        }
    }
}
