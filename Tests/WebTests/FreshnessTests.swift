import FoundationEssentials
import HTTPTypes
import StrictJSON
import Synchronization
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct FreshnessTests {
    private static let write = "019aa000-0000-7000-8000-0123456789ab"
    private static let other = "019aa000-0000-7000-8000-0123456789ac"

    /// What was waited for, as one text each.
    private final class Record: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private static func harness(
        _ record: Record,
        _ standing: ReadYourWrites.Standing = .fresh,
        writes: [String] = [write]
    ) -> Harness {
        let layer = ReadYourWrites(limit: .milliseconds(300)) { handle in
            record.add("collect")
            return (await handle(), writes.compactMap { UUID(uuidString: $0) })
        } waiting: { writes, projections, limit, handle in
            record.add("\(writes.map { $0.uuidString.suffix(2) }) \(projections) \(limit)")
            return (await handle(), standing)
        }.layer
        return Harness(layers: [layer], more: [EndpointGroup("Streaks", "Derived.", endpoints)])
    }

    private static let endpoints = [
        Endpoint(.get, "/v1/streak", "readStreak", "Read", access: .anyone, returns: .noContent) { _ in .noContent }
            .reads(projections: ["a.streak", "a.badge"]),
        Endpoint(.post, "/v1/streak", "changeStreak", "Change", access: .anyone, returns: .noContent) { request in
            switch request.headers[.range] {
            case "quota": throw KidError.quota
            case "broken": throw Surprise()
            default: return .noContent
            }
        }.reads(projections: ["a.streak"]),
    ]

    @Test func `a write is named in its reply, also when it ends in a problem`() async throws {
        let record = Record()
        try await Self.harness(record, writes: [Self.write, Self.other]).run { client in
            let done = try await client("POST", "/v1/streak")
            #expect(done["storytime-position"] == "\(Self.write), \(Self.other)")
            #expect(done["storytime-freshness"] == nil)
            let refused = try await client("POST", "/v1/streak", headers: ["Range": "quota"])
            #expect(refused.problem == "QUOTA_EXCEEDED")
            #expect(refused["storytime-position"] == "\(Self.write), \(Self.other)")
            let broken = try await client("POST", "/v1/streak", headers: ["Range": "broken"])
            #expect(broken.problem == "INTERNAL")
            #expect(broken["storytime-position"] == nil)
        }
        #expect(record.all == ["collect", "collect", "collect"])
    }

    @Test func `who asks for nothing is not touched`() async throws {
        let record = Record()
        try await Self.harness(record, writes: []).run { client in
            let plain = try await client("GET", "/v1/streak")
            #expect(plain.status == 204)
            // This one reads no projection.
            #expect(try await client("GET", "/v1/hello", headers: ["Storytime-Wait-For": "?"]).status == 200)
            #expect(record.all.isEmpty)
            #expect(try await client("POST", "/v1/streak")["storytime-position"] == nil)
        }
    }

    @Test(arguments: [
        (ReadYourWrites.Standing.fresh, "fresh"), (.stale(behind: 3), "stale;behind=3"), (.unknown, "stale;unknown"),
    ])
    func `what was waited for, and what came of it`(standing: ReadYourWrites.Standing, text: String) async throws {
        let record = Record()
        try await Self.harness(record, standing).run { client in
            for wish in [
                Self.write, "\(Self.write),\(Self.other.uppercased()) ; timeout=20", "\(Self.write);timeout=999",
            ] {
                let answer = try await client("GET", "/v1/streak", headers: ["Storytime-Wait-For": wish])
                #expect(answer.status == 204)
                #expect(answer["storytime-freshness"] == text)
            }
            // What a client may do can depend on projections, too: it learns that the refusal may be out of date.
            let headers = ["Storytime-Wait-For": Self.write, "Range": "quota"]
            #expect(try await client("POST", "/v1/streak", headers: headers)["storytime-freshness"] == text)
        }
        #expect(
            record.all == [
                #"["AB"] ["a.streak", "a.badge"] 0.3 seconds"#, #"["AB", "AC"] ["a.streak", "a.badge"] 0.02 seconds"#,
                #"["AB"] ["a.streak", "a.badge"] 0.3 seconds"#, #"["AB"] ["a.streak"] 0.3 seconds"#, "collect",
            ]
        )
    }

    @Test(arguments: [
        "", "1", "fresh", "\(write),", ",\(write)", "\(write);timeout", "\(write);timeout=-1",
        "\(write);timeout=123456",
        "\(write) \(other)", "\(write)0", Array(repeating: write, count: 17).joined(separator: ","),
    ])
    func `what is no position is refused by name`(wish: String) async throws {
        let record = Record()
        try await Self.harness(record).run { client in
            let answer = try await client("GET", "/v1/streak", headers: ["Storytime-Wait-For": wish])
            #expect(answer.status == 400)
            #expect(answer.problem == "MALFORMED_REQUEST")
            #expect(answer.json["errors"]?[0]?["header"] == "Storytime-Wait-For")
        }
        #expect(record.all.isEmpty)
    }

    @Test func `the document tells which endpoints can wait`() async throws {
        try await Self.harness(Record()).run { client in
            let paths = try #require(try await client("GET", "/openapi.json").json.spelledOut["paths"])
            let read = try #require(paths["/v1/streak"]?["get"])
            #expect(read["parameters"]?[0]?["name"] == "Storytime-Wait-For")
            #expect(read["parameters"]?[0]?["required"] == false)
            let replies = try #require(read["responses"]?["204"]?["headers"]?.object)
            #expect(replies["Storytime-Freshness"] != nil)
            #expect(replies["Storytime-Position"] == nil)
            let write = paths["/v1/streak"]?["post"]?["responses"]?["204"]?["headers"]
            #expect(write?["Storytime-Position"] == ["$ref": "#/components/headers/Storytime-Position"])
            #expect(paths["/v1/hello"]?["get"]?["parameters"] == nil)
        }
    }
}
