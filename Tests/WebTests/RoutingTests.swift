import StrictJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct RoutingTests {
    let kid = "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10"

    @Test(arguments: [
        "/", "/v1", "/v1/kids/", "//v1/kids", "/v1/kids/not-a-uuid", "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f1",
        "/v1/words/a/4", "/v1/words/a/x", "/v1/words/aaaaaaaaaaaaaaaaaaaaa/1", "/v1/words//1", "/v1/words/%ff/1",
        "/v1/words/%00/1", "/V1/kids", "/v1/kids/99020304-0506-7008-890a-0b0c0d0e0f10", "/.well-known/x",
    ])
    func `nothing there is a problem`(path: String) async throws {
        try await Harness().run { client in
            let answer = try await client("GET", path, token: "parent")
            #expect(answer.status == 404)
            #expect(answer.problem == "RESOURCE_NOT_FOUND")
        }
    }

    @Test(arguments: [
        ("PUT", "/v1/kids", "GET, HEAD, OPTIONS, POST"), ("TRACE", "/v1/kids", "GET, HEAD, OPTIONS, POST"),
        ("PROPFIND", "/v1/webhooks", "OPTIONS, POST"), ("GET", "/v1/webhooks", "OPTIONS, POST"),
        ("HEAD", "/v1/webhooks", "OPTIONS, POST"), ("POST", "/openapi.json", "GET, HEAD, OPTIONS"),
    ])
    func `another method is refused with those that work`(method: String, path: String, allow: String) async throws {
        try await Harness().run { client in
            let answer = try await client(method, path)
            #expect(answer.status == 405)
            #expect(answer["allow"] == allow)
            if method != "HEAD" { #expect(answer.problem == "METHOD_NOT_ALLOWED") }
        }
    }

    @Test func `OPTIONS tells the methods without a token`() async throws {
        let kid = kid
        try await Harness().run { client in
            let answer = try await client("OPTIONS", kid)
            #expect(answer.status == 204)
            #expect(answer["allow"] == "DELETE, GET, HEAD, OPTIONS")
            #expect(answer["content-length"] == nil)
            #expect(answer.bytes.isEmpty)
        }
    }

    @Test func `HEAD is GET without the body`() async throws {
        let kid = kid
        try await Harness().run { client in
            let get = try await client("GET", kid, token: "parent")
            let head = try await client("HEAD", kid, token: "parent")
            #expect(head.status == 200)
            #expect(head.bytes.isEmpty)
            #expect(head["content-length"] == "\(get.bytes.count)")
            #expect(head["content-type"] == get["content-type"])
        }
    }

    @Test(arguments: [
        ("/v1/words/a%2Fb%20c/2", ["a/b c", "a/b c"]), ("/v1/words/%C3%A4+b/1", ["ä+b"]), ("/v1/words/all/1", ["all"]),
        ("/v1/words/%61ll/1", ["all"]), ("/v1/words/all/2", ["all", "all"]),
    ])
    func `path parameters are decoded and words win`(path: String, words: [String]) async throws {
        try await Harness().run { client in
            let answer = try await client("GET", path)
            #expect(answer.status == 200)
            #expect(answer.json["words"]?.array == words.map { .string($0) })
        }
    }

    @Test func `bytes of other media types pass through`() async throws {
        try await Harness().run { client in
            let type = ["Content-Type": "application/vnd.sample"]
            let webhook = try await client("POST", "/v1/webhooks", headers: type, json: "{ raw \n}")
            #expect(webhook.json["words"]?[0] == "{ raw \n}")
            let hello = try await client("GET", "/v1/hello")
            #expect(hello["content-type"] == "text/plain; charset=utf-8")
            #expect(hello["cache-control"] == "public, max-age=60")
            #expect(String(decoding: hello.bytes, as: UTF8.self) == "hello")
        }
    }

    @Test func `an unwanted body does no harm`() async throws {
        try await Harness().run { client in
            let answer = try await client(
                "DELETE",
                "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10",
                token: "administrator",
                json: "x"
            )
            #expect(answer.status == 204)
        }
    }

    @Test func `a stream is sent chunk by chunk`() async throws {
        try await Harness().run { client in
            let answer = try await client("GET", "/count?to=20000")
            #expect(answer["content-type"] == "text/csv; charset=utf-8")
            #expect(answer["transfer-encoding"] == "chunked")
            #expect(answer.bytes == (1...20000).flatMap { Array("\($0)\n".utf8) })
        }
    }
}
