import HTTPTypes
import StrictJSON
import Synchronization
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct PreconditionTests {
    private struct Note: ResponseBody, RequestBody {
        let text: String
        static let schema = Schema.object("Note", "A note", [.required("text", .string())])
    }

    private func harness(required: Bool) -> Harness {
        let notes = Notes()
        var harness = Harness()
        harness.more = [
            EndpointGroup(
                "Notes",
                "Something to change.",
                [
                    Endpoint(.get, "/note", "readNote", "Read", access: .account, returns: .ok(Note.self)) { _ in
                        .ok(Note(text: notes.text.withLock { $0 }))
                    },
                    Endpoint(
                        .put,
                        "/note",
                        "replaceNote",
                        "Replace",
                        access: .account,
                        accepts: Note.self,
                        returns: .ok(Note.self)
                    ) { request, new in
                        try notes.text.withLock { text in
                            try request.precondition.check(Note(text: text))
                            text = new.text
                        }
                        return .ok(new)
                    }
                    .ifMatch(required: required),
                ]
            )
        ]
        return harness
    }

    private final class Notes: Sendable {
        let text = Mutex("first")
    }

    private static func put(_ client: Client, _ text: String, _ ifMatch: String?) async throws -> Client.Answer {
        let headers = ifMatch.map { ["If-Match": $0] } ?? [:]
        return try await client("PUT", "/note", token: "parent", headers: headers, json: #"{"text":"\#(text)"}"#)
    }

    @Test func `a change is made to the version that was read, and to no other`() async throws {
        try await harness(required: true).run { client in
            let read = try #require(try await client("GET", "/note", token: "parent")["etag"])
            let changed = try await Self.put(client, "second", read)
            #expect(changed.status == 200)
            let new = try #require(changed["etag"])
            #expect(new != read)
            let late = try await Self.put(client, "lost", read)
            #expect(late.status == 412)
            #expect(late.problem == "PRECONDITION_FAILED")
            for field in ["W/\(new)", "\"x\"", "\"x\", \"y\""] {
                #expect(try await Self.put(client, "lost", field).problem == "PRECONDITION_FAILED")
            }
            let again = try await client("GET", "/note", token: "parent")
            #expect(again["etag"] == new)
            #expect(again.json["text"] == "second")
            let packed = new.dropLast() + "-gzip\""
            #expect(try await Self.put(client, "third", "\"x\", \(packed)").status == 200)
            #expect(try await Self.put(client, "fourth", "*").status == 200)
        }
    }

    @Test func `who has read a part may change the version that it is of`() async throws {
        try await harness(required: true).run { client in
            let part = try #require(try await client("GET", "/note?fields=text", token: "parent")["etag"])
            #expect(try await Self.put(client, "second", part).status == 200)
            #expect(try await Self.put(client, "lost", part).problem == "PRECONDITION_FAILED")
            let again = try #require(try await client("GET", "/note?fields=text", token: "parent")["etag"])
            #expect(try await Self.put(client, "third", again.dropLast() + "-gzip\"").status == 200)
        }
    }

    @Test(arguments: [true, false]) func `a change without a version is refused where it is required`(
        isRequired: Bool
    ) async throws {
        try await harness(required: isRequired).run { client in
            let answer = try await Self.put(client, "second", nil)
            #expect(answer.status == (isRequired ? 428 : 200))
            if isRequired { #expect(answer.problem == "PRECONDITION_REQUIRED") }
            #expect(try await Self.put(client, "second", "no quotes").problem == "PRECONDITION_FAILED")
        }
    }

    @Test func `of many who change the same version one wins`() async throws {
        try await harness(required: true).run { client in
            let read = try #require(try await client("GET", "/note", token: "parent")["etag"])
            let statuses = try await withThrowingTaskGroup { tasks in
                for number in 0..<8 {
                    tasks.addTask { try await Self.put(client, "note \(number)", read).status }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 412, count: 7))
        }
    }

    @Test func `the description says so`() throws {
        let groups = harness(required: true).more
        let paths = OpenAPI(groups, as: WebConfiguration()).document.spelledOut["paths"]?["/note"]
        let put = paths?["put"]
        #expect(put?["parameters"]?.array?.first?["name"] == "If-Match")
        #expect(put?["responses"]?["412"] != nil)
        #expect(put?["responses"]?["428"] != nil)
        #expect(put?["responses"]?["200"]?["headers"]?["ETag"] != nil)
        #expect(paths?["get"]?["responses"]?["304"] != nil)
    }
}
