import HTTPTypes
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct CrossOriginTests {
    private var harness: Harness {
        var harness = Harness()
        harness.configuration.origins = Set(
            ["https://app.example.com", "http://localhost:3000"].compactMap { WebOrigin($0) }
        )
        return harness
    }

    @Test func `a listed page may ask, and read what is answered`() async throws {
        try await harness.run { client in
            for origin in ["https://app.example.com", "http://localhost:3000"] {
                let asked = ["Origin": origin, "Access-Control-Request-Method": "POST"]
                let preflight = try await client("OPTIONS", "/v1/kids", headers: asked)
                #expect(preflight.status == 204)
                #expect(preflight["access-control-allow-origin"] == origin)
                #expect(preflight["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST")
                #expect(preflight["access-control-allow-headers"]?.contains("Authorization") == true)
                #expect(preflight["access-control-max-age"] == "7200")
                let answer = try await client("GET", "/v1/kids", headers: ["Origin": origin])
                #expect(answer.status == 401)
                #expect(answer["access-control-allow-origin"] == origin)
                #expect(answer["access-control-expose-headers"]?.contains("ETag") == true)
                #expect(answer["access-control-allow-credentials"] == nil)
                #expect(answer["vary"] == "Origin")
            }
        }
    }

    @Test(arguments: [
        "null", "https://evil.example", "https://app.example.com.evil.example", "http://app.example.com",
        "https://app.example.com:444", "https://xapp.example.com", "*", "",
    ])
    func `any other page learns nothing`(origin: String) async throws {
        try await harness.run { client in
            let asked = ["Origin": origin, "Access-Control-Request-Method": "POST"]
            for (method, path) in [("OPTIONS", "/v1/kids"), ("GET", "/v1/hello")] {
                let answer = try await client(method, path, headers: asked)
                #expect(answer.headers.keys.filter { $0.hasPrefix("access-control-") }.isEmpty)
                #expect(answer["vary"] == "Origin")
            }
        }
    }

    @Test func `without a list there is nothing to tell`() async throws {
        try await Harness().run { client in
            let answer = try await client("GET", "/v1/hello", headers: ["Origin": "https://app.example.com"])
            #expect(answer["access-control-allow-origin"] == nil)
            #expect(answer["vary"] == nil)
        }
    }

    @Test(arguments: [
        "https://a.example/", "https://*.example", "*", "ftp://a.example", "a.example", "https://", "https://a b",
    ])
    func `what is no origin is refused`(text: String) {
        #expect(WebOrigin(text) == nil)
    }
}
