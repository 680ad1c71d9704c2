import Foundation
import HTTPTypes
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct PagingTests {
    @Test func `links lead through all pages and back to the first`() async throws {
        try await Harness().run { client in
            var path = "/v1/kids?limit=1&sort=age"
            for page in 1...3 {
                let answer = try await client("GET", path, token: "parent")
                #expect(answer.status == 200)
                guard page < 3 else {
                    #expect(answer["link"] == nil)
                    #expect(answer.json["nextCursor"] == .null)
                    #expect(answer.json["hasMore"] == false)
                    continue
                }
                let links = try #require(answer["link"]).split(separator: ", ")
                #expect(links.last == "</v1/kids?limit=1&sort=age>; rel=\"first\"")
                let next = try #require(links.first)
                #expect(next.hasPrefix("</v1/kids?limit=1&sort=age&cursor=") && next.hasSuffix(">; rel=\"next\""))
                path = String(next.dropFirst().prefix { $0 != ">" })
            }
        }
    }

    @Test func `a cursor that was not made for this list is refused`() async throws {
        try await Harness().run { client in
            let cursor = try #require(try await client("GET", "/v1/kids", token: "parent").json["nextCursor"]?.string)
            let forged = [
                "x", ".", "", String(cursor.dropLast()), "x" + cursor, cursor + "=",
                CursorSeal().seal(" ", of: "listKids"),
            ]
            for (index, text) in forged.enumerated() where !text.isEmpty {
                let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let answer = try await client("GET", "/v1/kids?cursor=\(escaped)", token: "parent")
                #expect(answer.status == 400, "\(index)")
                #expect(answer.errors == ["cursor: format"])
            }
        }
    }

    @Test func `nodes with the same secret take each other's cursors, for the same list`() throws {
        let (one, other) = (CursorSeal(secret: [1, 2, 3]), CursorSeal(secret: [1, 2, 3]))
        #expect(try other.open(one.seal("a.b", of: "listKids"), of: "listKids") == "a.b")
        #expect(throws: Problem.self) { try other.open(one.seal("a.b", of: "listKids"), of: "listStories") }
        #expect(throws: Problem.self) {
            try CursorSeal(secret: [4]).open(one.seal("a", of: "listKids"), of: "listKids")
        }
    }
}
