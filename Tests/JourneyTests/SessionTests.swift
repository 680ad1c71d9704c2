import JourneySupport
import StrictJSON
import Testing

@Suite struct SessionTests {
    @Test(.timeLimit(.minutes(5)))
    func `a session is refreshed, survives a restart, and ends with the logout`() async throws {
        try await withStorytime { storytime in
            let first = try await storytime.serve()
            let parent = try await Parent.join(first.client, storytime)
            let refreshed = try await refresh(parent.refreshToken, first.client).expect(200)
            #expect(try refreshed.text("refreshToken") != parent.refreshToken)
            #expect(try await parent.client.get("/v1/me").text("id") == parent.user)
            #expect(await first.stop() == .code(0))

            let second = try await storytime.serve()
            let session = Client(port: second.port, token: try refreshed.text("accessToken"))
            #expect(try await session.get("/v1/me").text("email") == parent.email)
            try await session("POST", "/v1/auth/logout").expect(204)
            #expect(try await session("GET", "/v1/me").problem == "401 AUTH_INVALID_TOKEN")
            let late = try await refresh(try refreshed.text("refreshToken"), second.client)
            #expect(late.problem == "401 AUTH_INVALID_TOKEN")
        }
    }

    private func refresh(_ token: String, _ client: Client) async throws -> Answer {
        try await client("POST", "/v1/auth/refresh", ["refreshToken": .string(token)])
    }
}
