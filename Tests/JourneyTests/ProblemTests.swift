import JourneySupport
import Postgres
import StrictJSON
import Testing

@Suite struct ProblemTests {
    @Test(.timeLimit(.minutes(5)))
    func `what goes wrong is told as a problem with a code`() async throws {
        try await withStorytime { storytime in
            let client = try await storytime.serve().client
            #expect(try await client("GET", "/v1/nowhere").problem == "404 RESOURCE_NOT_FOUND")
            let method = try await client("DELETE", "/v1/auth/login")
            #expect(method.problem == "405 METHOD_NOT_ALLOWED")
            #expect(method["Allow"] == "OPTIONS, POST")
            let large = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            let type = ["Content-Type": "application/json"]
            #expect(
                try await client.send("POST", "/v1/auth/login", large, headers: type).problem == "413 PAYLOAD_TOO_LARGE"
            )
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            let media = try await client.send("POST", "/v1/auth/login", Array("email=a".utf8), headers: form)
            #expect(media.problem == "415 UNSUPPORTED_MEDIA_TYPE")
            let fields = try await client("POST", "/v1/auth/register", ["email": "no", "password": "short", "name": 7])
            #expect(fields.problem == "422 VALIDATION_FAILED")
            #expect(Set(fields.errors.map { $0.prefix { $0 != ":" } }) == ["#/email", "#/name"])
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `who is not signed in is asked to`() async throws {
        try await withStorytime { storytime in
            let client = try await storytime.serve().client
            let nobody = try await client("GET", "/v1/kids")
            #expect(nobody.problem == "401 AUTH_REQUIRED")
            #expect(nobody["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
            let forger = Client(port: client.port, token: "eyJhbGciOiJub25lIn0.e30.")
            #expect(try await forger("GET", "/v1/kids").problem == "401 AUTH_INVALID_TOKEN")
            let stranger: JSON = ["email": "nobody@example.com", "password": "wrong but long"]
            #expect(try await client("POST", "/v1/auth/login", stranger).problem == "401 AUTH_INVALID_CREDENTIALS")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a payment whose key is at work is a conflict, and nothing is paid`() async throws {
        try await withStorytime { storytime in
            let parent = try await Parent.join(try await storytime.serve().client, storytime)
            let lock = "web:\(parent.user.uppercased()):POST /v1/payments:evening-1"
            try await storytime.database.transaction { tx in
                // The same lock that a payment at work holds.
                try await tx.query("SELECT 1 AS one FROM pg_advisory_xact_lock(hashtextextended(\(lock), 0))")
                let key = ["Idempotency-Key": "evening-1"]
                let answer = try await parent.client("POST", "/v1/payments", Parent.order("starter"), headers: key)
                #expect(answer.problem == "409 IDEMPOTENCY_KEY_IN_USE")
                #expect(answer["Retry-After"] == "1")
            }
            #expect(try await parent.client.get("/v1/payments")["data"] == [])
        }
    }
}
