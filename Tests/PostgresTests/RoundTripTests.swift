import Foundation
import Identifiers
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RoundTripTests {
    @Test func `A value of every type comes back as it went`() async throws {
        let id = UUID()
        let data = Data([0, 1, 255, 0])
        try await withDatabase { database in
            let row = try #require(
                try await database.read(
                    """
                    SELECT \(42) AS int, \(-1) AS negative, \("Zoë & 🦊") AS text, \("") AS empty, \(true) AS bool,
                           \(2.5) AS double, \(id) AS uuid, \(data) AS data, \(Data()) AS nothing
                    """
                ).first
            )
            #expect(try row["int"] as Int == 42)
            #expect(try row["negative"] as Int == -1)
            #expect(try row["text"] as String == "Zoë & 🦊")
            #expect(try row["empty"] as String? == "")
            #expect(try row["bool"] as Bool == true)
            #expect(try row["double"] as Double == 2.5)
            #expect(try row["uuid"] as UUID == id)
            #expect(try row["data"] as Data == data)
            #expect(try row["nothing"] as Data? == Data())
        }
    }

    @Test func `Nil goes as NULL and comes back as nil`() async throws {
        try await withDatabase { database in
            let row = try #require(
                try await database.read("SELECT \(nil as String?) AS a, \(nil as UUID?) AS b, \(7 as Int?) AS c").first
            )
            #expect(try row["a"] as String? == nil)
            #expect(try row["b"] as UUID? == nil)
            #expect(try row["c"] as Int? == 7)
        }
    }

    @Test func `Arrays keep order, emptiness and NULLs`() async throws {
        let ids = [UUID(), UUID()]
        try await withDatabase { database in
            let row = try #require(
                try await database.read(
                    """
                    SELECT \([3, 1, 2]) AS ints, \([] as [Int]) AS empty, \(["a", nil, ""]) AS holes, \(ids) AS ids,
                           \(nil as [Int]?) AS missing, ARRAY[1, 2]::smallint[] AS small
                    """
                ).first
            )
            #expect(try row["ints"] as [Int] == [3, 1, 2])
            #expect(try row["empty"] as [Int] == [])
            #expect(try row["holes"] as [String?] == ["a", nil, ""])
            #expect(try row["ids"] as [UUID] == ids)
            #expect(try row["missing"] as [Int]? == nil)
            #expect(try row["small"] as [Int] == [1, 2])
        }
    }

    @Test(arguments: [
        Date(timeIntervalSinceReferenceDate: 0), Date(timeIntervalSince1970: 1_795_248_000.123456),
        Date(timeIntervalSince1970: -1.000001), Date(timeIntervalSince1970: 0), .distantPast, .distantFuture,
    ])
    func `A date comes back to the microsecond`(date: Date) async throws {
        try await withDatabase { database in
            let row = try #require(
                try await database.read(
                    """
                    SELECT \(date) AS date, (extract(epoch FROM \(date)) * 1000000)::bigint AS microseconds
                    """
                ).first
            )
            let microseconds = Int((date.timeIntervalSince1970 * 1_000_000).rounded())
            #expect(try row["microseconds"] as Int == microseconds)
            #expect(abs(try (row["date"] as Date).timeIntervalSince(date)) < 0.000001)
        }
    }

    @Test func `JSON is stored as JSON`() async throws {
        struct Badge: Codable, Equatable { var name: String, points: Int, at: Date }
        let badge = Badge(name: "Zoë's first", points: 5, at: Date(timeIntervalSince1970: 1_700_000_000))
        try await withDatabase { database in
            let row = try #require(
                try await database.read(
                    "SELECT \(try RawJSON(encoding: badge)) AS badge, \(try RawJSON(encoding: badge))->>'name' AS name"
                ).first
            )
            #expect(try row["name"] as String == "Zoë's first")
            #expect(try (row["badge"] as RawJSON).decode(Badge.self) == badge)
        }
    }

    @Test func `Raw values and identifiers travel as what they stand for`() async throws {
        enum Mood: String, PostgresCodable { case calm, excited }
        try await withDatabase { database in
            let row = try #require(try await database.read("SELECT \(Mood.calm) AS mood, 'angry' AS other").first)
            #expect(try row["mood"] as Mood == .calm)
            #expect(throws: DatabaseError.self) { try row["other"] as Mood }
        }
    }

    @Test func `Enumerations of the server are read as text`() async throws {
        try await withDatabase { database in
            try await database.command("CREATE TYPE mood AS ENUM ('calm', 'excited')")
            let row = try #require(try await database.read("SELECT 'calm'::mood AS mood").first)
            #expect(try row["mood"] as String == "calm")
        }
    }

    @Test func `The same text with other types is another statement`() async throws {
        func echo(_ value: some PostgresEncodable) -> Statement { "SELECT \(value) AS value" }
        try await withDatabase { database in
            for _ in 1...3 {
                let number: Int = try await database.value(echo(1))
                let text: String = try await database.value(echo("one"))
                let double: Double = try await database.value(echo(1.5))
                #expect(number == 1 && text == "one" && double == 1.5)
            }
        }
    }

    @Test func `Ten thousand rows arrive in order`() async throws {
        try await withDatabase { database in
            let rows = try await database.read("SELECT n, repeat('x', 100) AS text FROM generate_series(1, 10000) n")
            #expect(rows.count == 10_000)
            #expect(try rows.map { try $0["n"] as Int } == Array(1...10_000))
        }
    }

    @Test func `A parameter of a megabyte arrives whole`() async throws {
        let text = String(repeating: "abcdefgh", count: 131_072)
        try await withDatabase { database in
            let row = try await database.read("SELECT \(text) AS text, length(\(text)) AS length")[0]
            #expect(try row["length"] as Int == 1_048_576)
            #expect(try row["text"] as String == text)
        }
    }

    @Test func `More texts than are prepared still run`() async throws {
        try await withDatabase(configure: { $0.readConnections = 1 }) { database in
            for number in 1...1100 {
                let sum: Int = try await database.value("SELECT \(raw: "\(number)") + \(1) AS value")
                #expect(sum == number + 1)
            }
            #expect(try await database.value("SELECT count(*) AS value FROM pg_prepared_statements") == 1000)
        }
    }
}
