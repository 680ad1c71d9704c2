import FoundationEssentials
import Identifiers
import Mail
import Postgres
import Testing

@testable import Auth
@testable import Jobs

extension AuthWorld {
    static let address = "Ada@Example.COM"
    static let password = "a lantern in the fog"

    /// Registers with a good password and lets the mail go out.
    func register(_ email: String = address, password: String = password, name: String? = nil) async throws {
        let registration = try Registration(email: email, password: password, name: name, rules: module.rules)
        try await module.accounts.register(registration)
        try await runJobs()
    }

    /// Registers and confirms the address.
    func openAccount(_ email: String = address, name: String? = nil) async throws {
        try await register(email, name: name)
        try await module.accounts.verifyEmail(token: try lastToken())
    }

    func login(
        _ email: String = address,
        password: String = password,
        device: String? = nil
    ) async throws -> SignedIn {
        try await module.sessions.login(EmailAddress(email, field: "email"), Password(password), device: device)
    }

    /// Does every job that is queued, as a worker would, and forgets it.
    func runJobs() async throws {
        let rows = try await database.transaction { tx in
            try await tx.query("DELETE FROM jobs.job RETURNING id, kind, payload")
        }
        for row in rows {
            let kind: String = try row["kind"]
            let payload: RawJSON = try row["payload"]
            let handler = try #require(module.jobs.first { $0.kind == kind })
            try await handler.run(payload.utf8, JobRun(id: try row["id"], attempt: 1))
        }
    }

    /// The kinds of the jobs that wait, in alphabetical order.
    var queued: [String] {
        get async throws {
            try await database.read("SELECT kind FROM jobs.job ORDER BY kind").map { try $0["kind"] }
        }
    }

    /// The names of all events, in order.
    var published: [String] {
        get async throws {
            try await database.read("SELECT name FROM events.event ORDER BY seq").map { try $0["name"] }
        }
    }

    func count(_ statement: Statement) async throws -> Int {
        try #require(try await database.read(statement).first)["count"]
    }

    /// The token in the last mail: the line that is set apart.
    func lastToken() throws -> String {
        let mail = try #require(mailbox.all.last)
        let line = try #require(mail.text.split(separator: "\n").first { $0.hasPrefix("    ") })
        return line.trimmingPrefix("    ").description
    }
}
