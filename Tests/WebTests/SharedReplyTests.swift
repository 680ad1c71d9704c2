import HTTPTypes
import StrictJSON
import Synchronization
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct SharedReplyTests {
    private final class Count: Sendable {
        let value = Mutex(0)
        func next() -> Int {
            value.withLock {
                $0 += 1; return $0
            }
        }
    }

    private func endpoint(
        _ count: Count,
        _ gate: Gate,
        for lifetime: Duration = .seconds(600),
        version: Count = Count()
    ) -> EndpointGroup {
        let endpoint = Endpoint(
            .get,
            "/shared",
            "readShared",
            "Count",
            access: .anyone,
            query: [.string("q")],
            returns: .ok(Words.self)
        ) { request in
            let number = count.next()
            if request.query["q"] == "slow" { await gate.wait() }
            if request.query["q"] == "failing" { throw Problem(.conflict, "number \(number)") }
            return .ok(Words(words: ["\(number)"]))
        }
        let shared = endpoint.shared(for: lifetime) { version.value.withLock { $0 } }
        return EndpointGroup("Shared", "For everybody.", [shared])
    }

    @Test func `a reply is made once for all who ask at the same time`() async throws {
        let (count, gate) = (Count(), Gate())
        try await Harness(more: [endpoint(count, gate, for: .seconds(600))]).run { client in
            try await withThrowingTaskGroup { tasks in
                for _ in 0..<20 {
                    tasks.addTask { try await client("GET", "/shared?q=slow").bytes }
                }
                await gate.arrival()
                await gate.open()
                for try await bytes in tasks { #expect(!bytes.isEmpty) }
            }
            #expect(count.value.withLock { $0 } == 1)
        }
    }

    @Test func `a reply is kept for its time, and failures are not`() async throws {
        let count = Count()
        try await Harness(more: [endpoint(count, Gate(), for: .seconds(600))]).run { client in
            let first = try await client("GET", "/shared?q=a")
            #expect(first["cache-control"] == "public, max-age=600")
            #expect(try await client("GET", "/shared?q=a").bytes == first.bytes)
            #expect(try await client("GET", "/shared?q=b").bytes != first.bytes)
            let failures = try await [client("GET", "/shared?q=failing"), client("GET", "/shared?q=failing")]
            #expect(failures.map(\.status) == [409, 409])
            #expect(failures[0].json["detail"] != failures[1].json["detail"])
            let tag = try #require(first["etag"])
            #expect(try await client("GET", "/shared?q=a", headers: ["If-None-Match": tag]).status == 304)
        }
    }

    @Test func `a reply is void when what it is made of has changed`() async throws {
        let (count, version) = (Count(), Count())
        try await Harness(more: [endpoint(count, Gate(), version: version)]).run { client in
            let first = try await client("GET", "/shared?q=a")
            let tag = try #require(first["etag"])
            _ = version.next()
            let second = try await client("GET", "/shared?q=a", headers: ["If-None-Match": tag])
            #expect(second.status == 200)
            #expect(second.json["words"] == ["2"])
            #expect(try await client("GET", "/shared?q=a").bytes == second.bytes)
        }
    }

    @Test func `what was begun before a change is neither given to whoever asks after it nor kept`() async throws {
        let (replies, gate) = (SharedReplies(room: 5_000), Gate())
        async let early = replies.reply("a", 1, for: .seconds(600)) {
            await gate.wait()
            return Response(status: .ok, body: .bytes([1]))
        }
        await gate.arrival()
        func ask(_ byte: UInt8) async throws -> Response {
            try await replies.reply("a", 2, for: .seconds(600)) { Response(status: .ok, body: .bytes([byte])) }
        }
        #expect(try await ask(2).body.bytes == [2])
        await gate.open()
        #expect(try await early.body.bytes == [1])
        #expect(try await ask(3).body.bytes == [2])
    }

    @Test func `there is never more kept than there is room for`() async throws {
        let replies = SharedReplies(room: 5_000)
        let count = Count()
        func ask(_ key: String) async throws {
            _ = try await replies.reply(key, 0, for: .seconds(600)) {
                _ = count.next()
                return Response(status: .ok, body: .bytes((0..<2_000).map { _ in UInt8.random(in: 0...255) }))
            }
        }
        for key in ["a", "b", "b", "c", "c", "c"] { try await ask(key) }
        #expect(count.value.withLock { $0 } == 3)
        // It had to go for the third.
        try await ask("a")
        #expect(count.value.withLock { $0 } == 4)
    }
}

extension Response.Body {
    fileprivate var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
}
