import StrictJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ValidationTests {
    @Test func `a good body reaches the handler and comes back`() async throws {
        try await Harness().run { client in
            let answer = try await client(
                "POST",
                "/v1/kids",
                token: "parent",
                json: #"{"name":"Ève 😀","age":4,"avatar":null}"#
            )
            #expect(answer.status == 201)
            #expect(answer["content-type"] == "application/json; charset=utf-8")
            #expect(answer["location"] == "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10")
            #expect(
                String(decoding: answer.bytes, as: UTF8.self) == """
                    {"id":"01020304-0506-7008-890a-0b0c0d0e0f10","name":"Ève 😀","born":"2026-03-01T09:30:00.250Z"}
                    """
            )
        }
    }

    @Test func `all mistakes are reported at once`() async throws {
        try await Harness().run { client in
            let answer = try await client(
                "POST",
                "/v1/kids",
                token: "parent",
                json: """
                    {"name":"","age":18,"avatar":"cat","parentEmail":"nobody","languages":["de","x",3],"size":{"height":9},"a/b":1}
                    """
            )
            #expect(answer.status == 422)
            #expect(answer.problem == "VALIDATION_FAILED")
            #expect(
                answer.errors == [
                    "#/name: too-short", "#/avatar: enum", "#/age: maximum", "#/parentEmail: format",
                    "#/languages: too-many", "#/languages/1: pattern", "#/languages/2: type", "#/size/height: maximum",
                    "#/a~1b: unknown-field",
                ]
            )
        }
    }

    @Test(arguments: [
        (#"{"age":1}"#, ["#/name: required"]), (#"{"name":null,"age":1}"#, ["#/name: type"]),
        (#"{"name":"a","age":1.5}"#, ["#/age: type"]), (#"{"name":"a","age":1e30}"#, ["#/age: maximum"]),
        (#"{"name":"a","age":"1"}"#, ["#/age: type"]), (#"{"name":"a","age":-1}"#, ["#/age: minimum"]),
        (#"{"name":"a","age":1,"parentEmail":null}"#, ["#/parentEmail: type"]), ("[]", ["#: type"]),
        ("null", ["#: type"]),
        (#"{"name":"a","age":1,"size":[]}"#, ["#/size: type"]),
        (#"{"name":"ååååååååååååååååååååååååååååååååååååååååå","age":1}"#, ["#/name: too-long"]),
    ])
    func `each mistake has its code`(body: String, errors: [String]) async throws {
        try await Harness().run { client in
            let answer = try await client("POST", "/v1/kids", token: "parent", json: body)
            #expect(answer.status == 422)
            #expect(answer.errors == errors)
        }
    }

    @Test func `a whole number is one however it is written`() async throws {
        try await Harness().run { client in
            let answer = try await client("POST", "/v1/kids", token: "parent", json: #"{"name":"Ada","age":1.0e1}"#)
            #expect(answer.status == 201)
            let page = try await client("GET", "/v1/kids?limit=1.0", token: "parent")
            #expect(page.json["data"]?.array?.count == 1)
        }
    }

    @Test func `forty code points fit whatever they look like`() async throws {
        try await Harness().run { client in
            let family = String(repeating: "👩‍👩‍👧‍👦", count: 5) + "abcde"
            let answer = try await client("POST", "/v1/kids", token: "parent", json: #"{"name":"\#(family)","age":4}"#)
            #expect(family.unicodeScalars.count == 40)
            #expect(answer.status == 201)
        }
    }

    @Test(arguments: [
        (#"{"name":"a","name":"b"}"#, "#/name", "comes twice"), (#"{"name":"a\u0000"}"#, "#/name", "U+0000"),
        ("{", "#", "ends inside"), ("", "#", "ends inside"), (#"{"name":"\ud800"}"#, "#/name", "surrogate"),
        (String(repeating: "[", count: 100_000), "", "64 levels"), ("\u{FEFF}{}", "#", "byte order mark"),
    ])
    func `bytes that are not strict JSON are a malformed body`(body: String, pointer: String, detail: String)
        async throws
    {
        try await Harness().run { client in
            let answer = try await client("POST", "/v1/kids", token: "parent", json: body)
            #expect(answer.status == 400)
            #expect(answer.problem == "MALFORMED_BODY")
            #expect(answer.json["detail"]?.string?.contains(detail) == true)
            #expect(answer.json["errors"]?[0]?["pointer"]?.string?.hasPrefix(pointer) == true)
        }
    }

    @Test(arguments: [
        ("application/json", 201), ("Application/JSON; charset=UTF-8", 201),
        ("application/json;charset=\"utf-8\"", 201),
        ("application/vnd.storytime+json", 201), ("text/plain", 415), ("application/json; charset=latin1", 415),
        ("application/x-www-form-urlencoded", 415), ("application/jsonx", 415), ("", 415),
    ])
    func `only JSON in UTF-8 is read`(type: String, status: Int) async throws {
        try await Harness().run { client in
            let answer = try await client(
                "POST",
                "/v1/kids",
                token: "parent",
                headers: ["Content-Type": type],
                json: #"{"name":"Ada","age":4}"#
            )
            #expect(answer.status == status)
            if status == 415 {
                #expect(answer.problem == "UNSUPPORTED_MEDIA_TYPE")
                #expect(answer["accept-post"] == "application/json")
                #expect(answer["accept"] == "application/json")
            }
        }
    }

    @Test(arguments: [
        ("limit=0", ["limit: minimum"]), ("limit=101", ["limit: maximum"]), ("limit=1.5", ["limit: type"]),
        ("limit=+5", ["limit: type"]), ("limit=", ["limit: type"]), ("limit=1&limit=2", ["limit: repeated"]),
        ("sort=size&all=yes&page=1", ["sort: enum", "all: type", "page: unknown-field"]),
        ("limit=99999999999999999999", ["limit: maximum"]), ("limit&sort", ["limit: type", "sort: enum"]),
    ])
    func `every bad parameter is named`(query: String, errors: [String]) async throws {
        try await Harness().run { client in
            let answer = try await client("GET", "/v1/kids?\(query)", token: "parent")
            #expect(answer.status == 422)
            #expect(answer.problem == "VALIDATION_FAILED")
            #expect(answer.errors == errors)
        }
    }

    @Test func `good parameters are decoded and defaults filled in`() async throws {
        try await Harness().run { client in
            let page = try await client("GET", "/v1/kids?limit=1&sort=%61ge&all=true&cursor=", token: "parent")
            #expect(page.status == 200)
            #expect(page.json["data"]?.array?.count == 1)
            #expect(page.json["hasMore"] == true)
            #expect(try await client("GET", "/v1/kids", token: "parent").json["data"]?.array?.count == 2)
        }
    }

    @Test(arguments: ["cursor=%zz", "cursor=%0", "cursor=%00", "cursor=%ff", "%c3=1"])
    func `a query that is not percent-encoded UTF-8 is a malformed request`(query: String) async throws {
        try await Harness().run { client in
            let request = """
                GET /v1/kids?\(query) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer parent\r\nConnection: close\r\n\r\n
                """
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 400 "))
            #expect(reply.contains("MALFORMED_REQUEST"))
        }
    }
}
