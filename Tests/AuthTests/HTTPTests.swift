import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing
import Web

@testable import Auth

@Suite(.timeLimit(.minutes(2))) struct HTTPTests {
    @Test func `from registering to signing out`() async throws {
        try await serving { world, api in
            let credentials: JSON = ["email": "ada@example.com", "password": "a lantern in the fog"]
            #expect(try await api("POST", "/v1/auth/register", credentials).status == 202)
            try await world.runJobs()
            let early = try await api("POST", "/v1/auth/login", credentials)
            #expect((early.status, early.code) == (403, "AUTH_EMAIL_NOT_VERIFIED"))
            let token = JSON.string(try world.lastToken())
            #expect(try await api("POST", "/v1/auth/verify-email", ["token": token]).status == 204)
            let login = try await api("POST", "/v1/auth/login", credentials)
            #expect(login.status == 200)
            #expect(login["cache-control"] == "no-store")
            let access = try #require(login.json["accessToken"]?.string)
            let refresh = JSON.string(try #require(login.json["refreshToken"]?.string))
            #expect(try await api("GET", "/v1/me", bearer: access).json == login.json["user"])
            let sessions = try await api("GET", "/v1/sessions", bearer: access).json["data"]?.array ?? []
            #expect(sessions.count == 1)
            #expect(sessions.first?["current"]?.bool == true)
            #expect(sessions.first?["device"]?.string == "AuthTests")
            #expect(try await api("POST", "/v1/auth/refresh", ["refreshToken": refresh]).status == 200)
            #expect(try await api("POST", "/v1/auth/logout", bearer: access).status == 204)
            let late = try await api("GET", "/v1/me", bearer: access)
            #expect((late.status, late.code) == (401, "AUTH_INVALID_TOKEN"))
        }
    }

    @Test func `another device is signed out by its name in the list`() async throws {
        try await serving { world, api in
            try await world.openAccount()
            let (mine, other) = (try await world.login(), try await world.login())
            let list = try await api("GET", "/v1/sessions?limit=1", bearer: mine.accessToken).json
            let id = try #require(list["data"]?[0]?["id"]?.string)
            let cursor = try #require(list["nextCursor"]?.string)
            let next = try await api("GET", "/v1/sessions?limit=1&cursor=\(cursor)", bearer: mine.accessToken).json
            #expect(next["data"]?[0]?["current"]?.bool == true)
            #expect(next["hasMore"]?.bool == false)
            #expect(try await api("DELETE", "/v1/sessions/\(id)", bearer: mine.accessToken).status == 204)
            #expect(try await api("DELETE", "/v1/sessions/\(id)", bearer: mine.accessToken).status == 404)
            #expect(try await api("GET", "/v1/me", bearer: other.accessToken).status == 401)
            let bad = try await api("GET", "/v1/sessions?cursor=zz", bearer: mine.accessToken)
            #expect((bad.status, bad.json["errors"]?[0]?["parameter"]?.string) == (400, "cursor"))
        }
    }

    @Test func `replies do not tell whether an address is known`() async throws {
        try await serving { world, api in
            try await world.openAccount("ada@example.com")
            for path in ["/v1/auth/register", "/v1/auth/resend-verification"] {
                var replies: Set<String> = []
                for address in ["ada@example.com", "bob@example.com"] {
                    var body: JSONObject = ["email": .string(address)]
                    if path.hasSuffix("register") { body["password"] = "a lantern in the fog" }
                    let reply = try await api("POST", path, .object(body))
                    replies.insert("\(reply.status) \(String(decoding: reply.json.bytes, as: UTF8.self))")
                }
                #expect(replies.count == 1)
                #expect(replies.first?.hasPrefix("202") == true)
            }
            for address in ["ada@example.com", "carol@example.com"] {
                let reply = try await api("POST", "/v1/auth/login", ["email": .string(address), "password": "wrong"])
                #expect((reply.status, reply.code) == (401, "AUTH_INVALID_CREDENTIALS"))
            }
        }
    }

    @Test func `every field at fault is named`() async throws {
        try await serving { _, api in
            let reply = try await api(
                "POST",
                "/v1/auth/register",
                ["email": "ada", "password": "password", "name": " "]
            )
            #expect((reply.status, reply.code) == (422, "VALIDATION_FAILED"))
            let places = (reply.json["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
            #expect(Set(places) == ["#/email", "#/password", "#/name"])
            for path in ["/v1/auth/login", "/v1/auth/resend-verification"] {
                var body: JSONObject = ["email": "no address"]
                if path.hasSuffix("login") { body["password"] = "x" }
                let reply = try await api("POST", path, .object(body))
                #expect((reply.status, reply.json["errors"]?[0]?["pointer"]?.string) == (422, "#/email"))
            }
            let void = try await api("POST", "/v1/auth/verify-email", ["token": "void"])
            #expect((void.status, void.json["code"]?.string) == (404, "RESOURCE_NOT_FOUND"))
        }
    }

    @Test func `the key set has public members only, and may be cached`() async throws {
        try await serving { _, api in
            let reply = try await api("GET", "/.well-known/jwks.json")
            #expect(reply.status == 200)
            #expect(reply["cache-control"] == "public, max-age=600")
            let key = try #require(reply.json["keys"]?[0]?.object)
            #expect(Set(key.members.map(\.name)) == ["kty", "crv", "x", "y", "kid", "use", "alg"])
        }
    }

    private func serving(_ body: @escaping @Sendable (AuthWorld, API) async throws -> Void) async throws {
        try await AuthWorld.run { world in
            var configuration = WebConfiguration()
            configuration.port = 0
            let server = WebServer(
                [world.module.endpoints],
                authenticator: world.module.authenticator,
                configuration: configuration,
                logger: .silent
            )
            try await server.serving { port in try await body(world, API(port: port)) }
        }
    }
}

/// Sends requests and reads whole replies.
struct API: Sendable {
    let port: Int

    struct Answer: Sendable {
        let status: Int
        let json: JSON
        let headers: [String: String]

        var code: String? { json["code"]?.string }
        subscript(header: String) -> String? { headers[header] }
    }

    func callAsFunction(
        _ method: String,
        _ path: String,
        _ body: JSON? = nil,
        bearer: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .RAW(value: method)
        request.headers.add(name: "User-Agent", value: "AuthTests")
        // A kept connection may lead to a server of another test, gone by now, that had the same port.
        request.headers.add(name: "Connection", value: "close")
        if let bearer { request.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        let headers = response.headers.map { ($0.name.lowercased(), $0.value) }
        return Answer(
            status: Int(response.status.code),
            json: (try? JSON(parsing: bytes)) ?? .null,
            headers: Dictionary(headers) { first, _ in first }
        )
    }
}
