import HTTPTypes
import StrictJSON
import Synchronization
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct RateLimitTests {
    private static let endpoints = [
        Endpoint(.get, "/v1/plain", "readPlain", "Read", access: .anyone, returns: .noContent) { _ in .noContent },
        Endpoint(.post, "/v1/narrow", "doNarrow", "Do", access: .parent, returns: .noContent) { request in
            if request.headers[.range] != nil { throw KidError.quota }
            return .noContent
        }.limited(to: RateLimit("narrow", 2, "tests")),
        Endpoint(.post, "/v1/open-narrow", "doOpenNarrow", "Do", access: .anyone, returns: .noContent) { _ in
            .noContent
        }.limited(to: RateLimit("open-narrow", 3, "tests")),
        Endpoint(.get, "/v1/admin/it", "readIt", "Read", access: .administrator, returns: .noContent) { _ in
            .noContent
        },
        Endpoint(.put, "/v1/admin/it", "changeIt", "Change", access: .administrator, returns: .noContent) { _ in
            .noContent
        },
    ]

    /// What was charged, and what the next request is told.
    private final class Desk: Sendable {
        private let charges = Mutex<[String]>([])
        private let payers = Mutex<[String]>([])
        private let isFull = Atomic(false)
        var clients: [String] { payers.withLock { $0 } }
        var all: [String] { charges.withLock { $0 } }
        func close() { isFull.store(true, ordering: .relaxed) }

        func admit(_ charges: [RateLimiting.Charge]) -> RateLimiting.Verdict {
            let line = charges.map { "\($0.limit.name)=\($0.limit.quota)" }.joined(separator: " ")
            self.charges.withLock { $0.append(line) }
            payers.withLock { $0 += charges.map(\.client) }
            let standings = charges.map { RateLimiting.Standing($0.limit, remaining: 7, reset: .milliseconds(41_001)) }
            return RateLimiting.Verdict(
                refused: isFull.load(ordering: .relaxed) ? standings : [],
                standings: standings
            )
        }
    }

    private static func harness(_ desk: Desk, _ change: (inout RateLimitConfiguration) -> Void = { _ in }) -> Harness {
        var configuration = RateLimitConfiguration()
        change(&configuration)
        let limits = RateLimiting(configuration, planQuota: { _ in 50 }, admit: desk.admit)
        return Harness(limits: limits, more: [EndpointGroup("Limits", "Limited.", endpoints)])
    }

    @Test func `every kind of request is charged as the table says`() async throws {
        let desk = Desk()
        try await Self.harness(desk).run { client in
            _ = try await client("GET", "/v1/plain")
            _ = try await client("POST", "/v1/narrow", token: "parent")
            _ = try await client("GET", "/v1/kids", token: "parent")
            _ = try await client("GET", "/v1/admin/it", token: "administrator")
            _ = try await client("PUT", "/v1/admin/it", token: "administrator")
            for path in ["/health", "/health/live", "/health/ready", "/openapi.json", "/docs"] {
                #expect(try await client("GET", path)["ratelimit"] == nil)
            }
        }
        #expect(
            desk.all == [
                "default=100", "plan=50 narrow=2", "plan=50", "administration-read=200", "administration-write=50",
            ]
        )
    }

    @Test func `an account counts against its plan also where anyone may ask, unless there is a limit of its own`()
        async throws
    {
        let desk = Desk()
        try await Self.harness(desk).run { client in
            _ = try await client("GET", "/v1/plain", token: "parent")
            _ = try await client("GET", "/v1/plain", token: "old")
            _ = try await client("GET", "/v1/plain", token: "nonsense")
            _ = try await client("POST", "/v1/open-narrow", token: "parent")
        }
        #expect(desk.all == ["plan=50", "default=100", "default=100", "open-narrow=3"])
        #expect(desk.clients.map { $0.hasPrefix("user:") } == [true, false, false, false])
    }

    @Test func `operators change quotas by name and all of them by a factor`() async throws {
        let desk = Desk()
        let harness = Self.harness(desk) { configuration in
            configuration.quotas = ["default": 7]
            configuration.factor = 3
        }
        try await harness.run { client in
            _ = try await client("GET", "/v1/plain")
            _ = try await client("POST", "/v1/narrow", token: "parent")
        }
        #expect(desk.all == ["default=21", "plan=150 narrow=6"])
    }

    @Test func `a reply says how its client stands, also when it is a problem`() async throws {
        try await Self.harness(Desk()).run { client in
            let done = try await client("POST", "/v1/narrow", token: "parent")
            #expect(done["ratelimit"] == #""plan";r=7;t=42, "narrow";r=7;t=42"#)
            #expect(done["ratelimit-policy"] == #""plan";q=50;w=60, "narrow";q=2;w=60"#)
            let problem = try await client("POST", "/v1/narrow", token: "parent", headers: ["Range": "x"])
            #expect(problem.problem == "QUOTA_EXCEEDED")
            #expect(problem["ratelimit"] == done["ratelimit"])
        }
    }

    @Test func `who asks too often is told when to ask again`() async throws {
        let desk = Desk()
        desk.close()
        try await Self.harness(desk).run { client in
            let refused = try await client("GET", "/v1/plain")
            #expect(refused.status == 429)
            #expect(refused.problem == "RATE_LIMITED")
            #expect(refused["retry-after"] == "42")
            #expect(refused.json["retryAfter"] == 42)
            #expect(refused["ratelimit-policy"] == #""default";q=100;w=60"#)
            #expect(refused.json["detail"]?.string?.contains("100 requests in 60 seconds") == true)
        }
    }

    @Test(arguments: [
        ("GET", "/v1/kids", nil), ("GET", "/v1/kids", "nonsense"), ("POST", "/v1/narrow", "old"),
        ("GET", "/v1/kids", "administrator"), ("GET", "/nowhere", nil), ("GET", "/nowhere", "parent"),
        ("PATCH", "/v1/plain", nil),
    ])
    func `whoever is not known, or asks for what is not there, is counted by address`(
        method: String,
        path: String,
        token: String?
    ) async throws {
        let desk = Desk()
        try await Self.harness(desk).run { client in
            let counted = try await client(method, path, token: token)
            #expect([401, 403, 404, 405].contains(counted.status))
            #expect(counted.problem != nil)
            #expect(counted["ratelimit"] == #""default";r=7;t=42"#)
            desk.close()
            #expect(try await client(method, path, token: token).problem == "RATE_LIMITED")
            #expect(try await client("GET", "/health/live", token: token).status == 200)
        }
        #expect(desk.clients == ["address:127.0.0.1", "address:127.0.0.1"])
    }

    @Test func `a request whose parts do not fit counts like any other`() async throws {
        let desk = Desk()
        try await Self.harness(desk).run { client in
            let answer = try await client("GET", "/v1/kids?colour=red", token: "parent")
            #expect(answer.problem == "VALIDATION_FAILED")
            #expect(answer["ratelimit"] == #""plan";r=7;t=42"#)
        }
        #expect(desk.all == ["plan=50"])
    }

    @Test func `the description of the API tells of it where it counts`() async throws {
        try await Self.harness(Desk()).run { client in
            let paths = try await client("GET", "/openapi.json").json.spelledOut["paths"]
            let reply = paths?["/v1/plain"]?["get"]?["responses"]
            #expect(reply?["204"]?["headers"]?["RateLimit"] != nil)
            let refusal = reply?["429"]?["headers"]?.object?.members.map(\.name)
            #expect(Set(refusal ?? []) == ["X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy"])
            #expect(paths?["/health"]?["get"]?["responses"]?["429"] == nil)
        }
    }

    @Test func `the table says what was promised, each limit once`() {
        let promised = [
            "login": 10, "passcode": 5, "register": 5, "forgot-password": 3, "reset-password": 5, "payments": 5,
            "kids": 10,
            "stories": 20, "generation": 5, "voice": 10, "administration-read": 200, "administration-write": 50,
            "notifications": 20, "help": 5, "default": 100, "plan": 100,
        ]
        #expect(RateLimit.all.count == promised.count)
        #expect(RateLimit.all.reduce(into: [:]) { $0[$1.name] = $1.quota } == promised)
        #expect(RateLimit.all.allSatisfy { $0.window == .seconds(60) })
    }
}
