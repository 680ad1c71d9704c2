import FoundationEssentials
import HTTPTypes
import Identifiers
import InMemoryLogging
import Logging
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct ReplyTests {
    @Test(arguments: ["/health/live", "/nothing", "/broken", "/v1/kids"])
    func `every reply carries the security headers and no banner`(path: String) async throws {
        try await Harness().run { client in
            let answer = try await client("GET", path)
            #expect(answer["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["referrer-policy"] == "no-referrer")
            #expect(answer["strict-transport-security"] == "max-age=31536000; includeSubDomains")
            #expect(answer["cache-control"] == "no-store")
            #expect(answer["server"] == nil)
            #expect(answer["date"] != nil)
            #expect(answer["x-request-id"].flatMap(UUID.init(uuidString:))?.timestamp != nil)
        }
    }

    @Test(arguments: [
        ("abc-DEF_1.2", true), (String(repeating: "a", count: 128), true), (String(repeating: "a", count: 129), false),
        ("a b", false), ("ä", false), ("x\"y", false),
    ])
    func `a harmless request id is taken over`(id: String, isTaken: Bool) async throws {
        try await Harness().run { client in
            for path in ["/v1/origin", "/nothing"] {
                let answer = try await client("GET", path, token: "parent", headers: ["X-Request-ID": id])
                #expect((answer["x-request-id"] == id) == isTaken)
            }
        }
    }

    @Test func `the origin travels with the request`() async throws {
        try await Harness().run { client in
            let id = "0190f2a4-5b3c-7d1e-8f00-1234567890ab"
            let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let answer = try await client(
                "GET",
                "/v1/origin",
                token: "parent",
                headers: ["X-Request-ID": id, "traceparent": trace]
            )
            #expect(answer.json["actor"]?.string == "user:\(Harness.user)")
            #expect(answer.json["requestID"]?.string == id)
            #expect(answer.json["correlation"]?.string == id)
            #expect(answer.json["traceparent"]?.string == trace)
        }
    }

    @Test func `a traceparent that is not valid is as good as none`() async throws {
        try await Harness().run { client in
            let answer = try await client(
                "GET",
                "/v1/origin",
                token: "parent",
                headers: ["traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"]
            )
            #expect(answer.status == 200)
            #expect(answer.json["traceparent"]?.string == nil)
        }
    }

    @Test func `unknown errors are logged once and told to nobody`() async throws {
        let harness = Harness()
        try await harness.run { client in
            let answer = try await client("GET", "/broken")
            #expect(answer.status == 500)
            #expect(answer.problem == "INTERNAL")
            #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("hunter2"))
            let lines = harness.log.entries.filter { $0.message == "Request failed" }
            #expect(lines.count == 1)
            #expect(lines.first?.level == .error)
            #expect(lines.first?.metadata["error.message"]?.description.contains("10.0.0.1") == true)
            #expect(lines.first?.metadata["request_id"]?.description == answer["x-request-id"])
        }
    }

    @Test func `errors of the platform are described by the application`() async throws {
        try await Harness().run { client in
            let answer = try await client("GET", "/database")
            #expect(answer.status == 503)
            #expect(answer["retry-after"] == "2")
            #expect(answer.json["retryAfter"] == 2)
            #expect(answer.problem == "SERVICE_UNAVAILABLE")
        }
    }

    @Test func `a module's error is the problem it says`() async throws {
        try await Harness().run { client in
            let answer = try await client("POST", "/v1/kids", token: "parent", json: #"{"name":"Full","age":1}"#)
            #expect(answer.status == 403)
            #expect(answer.problem == "QUOTA_EXCEEDED")
            #expect(answer.json["type"] == "https://storytime.dev/problems/quota-exceeded")
            #expect(answer.json["instance"] == "/v1/kids")
        }
    }

    @Test func `each request leaves one line that names the route`() async throws {
        let harness = Harness()
        try await harness.run { client in
            _ = try await client("GET", "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10?secret=1", token: "parent")
            let lines = harness.log.entries.filter { $0.message == "Request" }
            #expect(lines.count == 1)
            #expect(lines.first?.level == .info)
            #expect(lines.first?.metadata["http.route"]?.description == "/v1/kids/{kid}")
            #expect(lines.first?.metadata["http.response.status_code"]?.description == "422")
            #expect(lines.first?.metadata["duration_ms"].flatMap { Double($0.description) } != nil)
        }
    }

    @Test func `layers wrap every handler from the outside in`() async throws {
        func layer(_ name: String) -> Layer {
            Layer { request, next in
                var response = try await next(request)
                response.headers[.via] = [name, response.headers[.via] ?? request.endpoint.operationID].joined(
                    separator: ","
                )
                return response
            }
        }
        let limit = Layer { request, next in
            if request.headers[.range] != nil { throw Problem(.rateLimited, retryAfter: 7) }
            return try await next(request)
        }
        try await Harness(layers: [layer("a"), layer("b"), limit]).run { client in
            #expect(try await client("GET", "/v1/hello")["via"] == "a,b,sayHello")
            let limited = try await client("GET", "/v1/hello", headers: ["Range": "x"])
            #expect(limited.status == 429)
            #expect(limited["retry-after"] == "7")
            #expect(limited.problem == "RATE_LIMITED")
        }
    }
}
