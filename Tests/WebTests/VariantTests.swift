import AsyncHTTPClient
import Gzip
import HTTPTypes
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct VariantTests {
    private static let kid = "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10"

    @Test func `a read is answered 304 as long as its version is there`() async throws {
        try await Harness().run { client in
            let first = try await client("GET", Self.kid, token: "parent")
            let tag = try #require(first["etag"])
            #expect(first.status == 200)
            #expect(first["cache-control"] == "private, no-cache")
            for field in [tag, "W/\(tag)", "\"x\", \(tag)", "\"x\" ,, W/\(tag),\"y\"", "*"] {
                let again = try await client("GET", Self.kid, token: "parent", headers: ["If-None-Match": field])
                #expect(again.status == 304)
                #expect(again["etag"] == tag)
                #expect(again["cache-control"] == "private, no-cache")
                #expect(again["content-type"] == nil)
                #expect(again.bytes.isEmpty)
            }
            for field in ["\"x\"", "W/\"x\"", tag.filter { $0 != "\"" }, "garbage \(tag)", "\"\"", ""] {
                let again = try await client("GET", Self.kid, token: "parent", headers: ["If-None-Match": field])
                #expect(again.status == 200)
                #expect(again.bytes == first.bytes)
            }
            let head = try await client("HEAD", Self.kid, token: "parent", headers: ["If-None-Match": tag])
            #expect(head.status == 304)
        }
    }

    @Test func `a read may insist on a version, strongly`() async throws {
        try await Harness().run { client in
            let tag = try #require(try await client("GET", Self.kid, token: "parent")["etag"])
            for (field, status) in [(tag, 200), ("*", 200), ("W/\(tag)", 412), ("\"x\"", 412)] {
                let answer = try await client("GET", Self.kid, token: "parent", headers: ["If-Match": field])
                #expect(answer.status == status)
                #expect(answer.problem == (status == 412 ? "PRECONDITION_FAILED" : nil))
            }
            let both = ["If-Match": "\"x\"", "If-None-Match": tag]
            #expect(try await client("GET", Self.kid, token: "parent", headers: both).status == 412)
        }
    }

    @Test func `what must not be stored has no version`() async throws {
        try await Harness().run { client in
            for path in ["/health/live", "/nothing", "/v1/kids"] {
                let answer = try await client("GET", path, headers: ["If-None-Match": "*"])
                #expect(answer["etag"] == nil)
                #expect(answer.status != 304)
            }
        }
    }

    @Test(arguments: [
        (nil, false), ("gzip", true), ("x-gzip", true), ("GZIP;Q=1", true), ("*", true), ("br, gzip;q=0.5", true),
        ("identity;q=0, gzip", true), ("gzip;q=0.5, identity", false), ("gzip;q=0", false), ("*;q=0, gzip;q=0.1", true),
        ("gzip;q=0, *", false), ("identity", false), ("", false), ("br", false), ("gzip;q=2", false),
        ("gzip;q=x", false),
        ("identity;q=0", false),
    ])
    func `only who wants gzip gets it`(field: String?, isCompressed: Bool) {
        var headers = HTTPFields()
        headers[.acceptEncoding] = field
        #expect(AcceptedEncodings(headers).prefersGzip == isCompressed)
    }

    @Test(arguments: [
        ("application/json; charset=utf-8", 1_024, false), ("application/json; charset=utf-8", 1_025, true),
        ("application/health+json", 2_000, true), ("text/html; charset=utf-8", 2_000, true),
        ("text/event-stream", 2_000, false), ("audio/mpeg", 2_000, false),
    ])
    func `only text of more than a kilobyte is compressed`(type: String, size: Int, isCompressed: Bool) {
        let bytes = [UInt8](repeating: 0x61, count: size)
        var response = Response(status: .ok, headers: [.contentType: type], body: .bytes(bytes))
        let fields: HTTPFields = [.acceptEncoding: "gzip"]
        response.chooseVariant(
            for: HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/", headerFields: fields)
        )
        #expect((response.headers[.contentEncoding] == "gzip") == isCompressed)
        #expect((response.headers[.vary] == "Accept-Encoding") == isCompressed)
    }

    @Test func `a large reply is compressed, and its variants have names of their own`() async throws {
        try await Harness().run { client in
            let plain = try await client("GET", "/openapi.json")
            let packed = try await client("GET", "/openapi.json", headers: ["Accept-Encoding": "gzip"])
            #expect(plain["content-encoding"] == nil)
            #expect(packed["content-encoding"] == "gzip")
            #expect(packed.bytes.count < plain.bytes.count / 4)
            #expect(packed["content-length"] == "\(packed.bytes.count)")
            #expect(Gzip.decompress(packed.bytes, limit: 1 << 20) == .bytes(plain.bytes))
            #expect(plain["vary"] == "Accept-Encoding")
            #expect(packed["vary"] == "Accept-Encoding")
            let (plainTag, packedTag) = (try #require(plain["etag"]), try #require(packed["etag"]))
            #expect(plainTag != packedTag)
            for (tag, encoding, status) in [
                (packedTag, "gzip", 304), (plainTag, "identity", 304), (packedTag, "identity", 200),
                (plainTag, "gzip", 200),
            ] {
                let headers = ["If-None-Match": tag, "Accept-Encoding": encoding]
                let again = try await client("GET", "/openapi.json", headers: headers)
                #expect(again.status == status)
                #expect(again["vary"] == "Accept-Encoding")
            }
            let optedOut = ["Accept-Encoding": "gzip", "X-No-Compression": "1"]
            #expect(try await client("GET", "/openapi.json", headers: optedOut).bytes == plain.bytes)
            let head = try await client("HEAD", "/openapi.json", headers: ["Accept-Encoding": "gzip"])
            #expect(head["content-length"] == packed["content-length"])
        }
    }

    @Test func `small replies and streams are never compressed`() async throws {
        try await Harness().run { client in
            for path in ["/v1/hello", "/count?to=5000"] {
                let answer = try await client("GET", path, headers: ["Accept-Encoding": "gzip"])
                #expect(answer.status == 200)
                #expect(answer["content-encoding"] == nil)
                #expect(answer["vary"] == nil)
            }
        }
    }

    @Test func `a body may come compressed, within the limit of what it unfolds to`() async throws {
        try await Harness(configuration: .bodyLimit(2_000)).run { client in
            func send(_ bytes: [UInt8], _ encoding: String, _ path: String = "/v1/kids") async throws -> Client.Answer {
                let type = path == "/v1/kids" ? "application/json" : "application/vnd.sample"
                let headers = ["Content-Type": type, "Content-Encoding": encoding]
                return try await client.send("POST", path, "parent", headers, .bytes(bytes))
            }
            let json = Array(#"{"name":"Ada","age":5}"#.utf8)
            let packed = try #require(Gzip.compress(json))
            let bomb = try #require(Gzip.compress([UInt8](repeating: 0x20, count: 1_000_000)))
            #expect(bomb.count < 2_000)
            #expect(try await send(packed, "gzip").json["name"] == "Ada")
            #expect(try await send(json, "identity").status == 201)
            #expect(try await send(bomb, "gzip").problem == "PAYLOAD_TOO_LARGE")
            for broken in [json, Array(packed.dropLast()), packed + [0], []] {
                #expect(try await send(broken, "gzip").problem == "MALFORMED_BODY")
            }
            for encoding in ["br", "gzip, gzip", "deflate"] {
                let answer = try await send(json, encoding)
                #expect(answer.problem == "UNSUPPORTED_MEDIA_TYPE")
                #expect(answer["accept-encoding"] == "gzip, identity")
            }
            #expect(try await send(packed, "gzip", "/v1/webhooks").problem == "UNSUPPORTED_MEDIA_TYPE")
        }
    }
}
