import StrictJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct AccessTests {
    @Test(
        arguments: [
            (nil, "Bearer", "AUTH_REQUIRED"), ("Basic YTpi", "Bearer", "AUTH_REQUIRED"),
            ("Bearer", "Bearer", "AUTH_REQUIRED"),
            (
                "Bearer nonsense", "Bearer error=\"invalid_token\", error_description=\"Token is not valid\"",
                "AUTH_INVALID_TOKEN"
            ),
            (
                "bearer old", "Bearer error=\"invalid_token\", error_description=\"Token has expired\"",
                "AUTH_TOKEN_EXPIRED"
            ),
        ] as [(String?, String, String)]
    )
    func `without a good token there is a challenge`(header: String?, challenge: String, code: String) async throws {
        try await Harness().run { client in
            let headers = header.map { ["Authorization": $0] } ?? [:]
            let answer = try await client("GET", "/v1/kids", headers: headers)
            #expect(answer.status == 401)
            #expect(answer["www-authenticate"] == challenge)
            #expect(answer.problem == code)
        }
    }

    @Test(arguments: [
        ("parent", "GET", "/v1/kids", 200), ("administrator", "GET", "/v1/kids", 403),
        ("parent", "DELETE", "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10", 403),
        ("administrator", "DELETE", "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10", 204),
        ("administrator", "GET", "/v1/origin", 200), ("parent", "GET", "/v1/origin", 200),
    ])
    func `roles decide`(token: String, method: String, path: String, status: Int) async throws {
        try await Harness().run { client in
            let answer = try await client(method, path, token: token)
            #expect(answer.status == status)
            if status == 403 { #expect(answer.problem == "INVALID_ROLE") }
        }
    }

    @Test func `access is checked before the body is`() async throws {
        try await Harness().run { client in
            let answer = try await client("POST", "/v1/kids", headers: ["Content-Type": "text/plain"], json: "{")
            #expect(answer.problem == "AUTH_REQUIRED")
        }
    }

    @Test func `an open endpoint that asks for an identity is a mistake of ours`() async throws {
        try await Harness().run { client in
            let answer = try await client("GET", "/nobody", token: "parent")
            #expect(answer.problem == "INTERNAL")
        }
    }
}
