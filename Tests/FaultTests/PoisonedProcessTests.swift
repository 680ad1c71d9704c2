import JourneySupport
import Postgres
import StrictJSON
import TestSupport
import Testing

/// An event that brings down every process that handles it is set aside after a few of them, with the real program and
/// real kills.
@Suite struct PoisonedProcessTests {
    private let poison = "018f0000-0000-7000-8000-00000000000a"
    private let other = "018f0000-0000-7000-8000-00000000000b"
    private let lock = 4_242

    @Test(.timeLimit(.minutes(10)))
    func `the process lives in the end, and the event is mended by an operator`() async throws {
        try await withStorytime { storytime in
            try await prepare(storytime)
            let kills = try await Session.with(storytime.database.configuration, role: "trap") { trap in
                try await trap.run("SELECT pg_advisory_lock(\(lock))")
                try await register(poison, storytime)
                try await register(other, storytime)
                return try await live(storytime)
            }
            #expect((2...5).contains(kills))
            let registered = try await storytime.database.read(
                "SELECT user_id::text AS id FROM subscriptions.subscription"
            )
            #expect(try registered.map { try $0["id"] as String } == [other])
            let group = try await storytime.run("outbox", "dead", "list", "--json").json[0]
            #expect(group?["errorType"] == "ProcessEnded" && group?["count"] == 1)

            let server = try await storytime.serve()
            try await storytime.run("outbox", "dead", "retry", "--all", "--reason", "the trap is gone").succeeded()
            try await storytime.settle()
            #expect(try await storytime.database.read("SELECT FROM subscriptions.subscription").count == 2)
            #expect(await server.stop() == .code(0))
        }
    }

    /// Whoever puts the poisoned account on a plan waits for a lock that somebody else has.
    private func prepare(_ storytime: Storytime) async throws {
        try await storytime.database.transaction { tx in
            tx.send(
                """
                CREATE FUNCTION subscriptions.trap() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF new.user_id = '\(raw: poison)' THEN PERFORM pg_advisory_xact_lock(\(raw: "\(lock)")); END IF;
                    RETURN new;
                END $$
                """
            )
            tx.send(
                """
                CREATE TRIGGER trap BEFORE INSERT ON subscriptions.subscription
                FOR EACH ROW EXECUTE FUNCTION subscriptions.trap()
                """
            )
        }
    }

    private func register(_ user: String, _ storytime: Storytime) async throws {
        try await storytime.announce("auth.user-registered", about: "user:\(user)", payload: #"{"user": "\#(user)"}"#)
    }

    /// Starts servers, and kills each once it is in the trap, until one lives. Returns how many were killed.
    private func live(_ storytime: Storytime) async throws -> Int {
        var kills = 0
        while true {
            let server = try await storytime.serve()
            let isTrapped = try await awaited("the server is in the trap or past it", within: .seconds(60)) {
                if try await !trapped(storytime).isEmpty { return true }
                let dead = try await storytime.database.read("SELECT FROM events.deviation WHERE state = 'dead'")
                return dead.isEmpty ? nil : false
            }
            guard isTrapped else {
                try await eventually("the other account passes") {
                    try await storytime.database.read("SELECT FROM subscriptions.subscription").count == 1
                }
                #expect(await server.stop() == .code(0))
                return kills
            }
            await server.kill()
            kills += 1
            // The server does not look whether its client still lives while it waits for a lock.
            try await storytime.database.transaction { tx in
                for pid in try await trapped(storytime) {
                    try await tx.query("SELECT pg_terminate_backend(\(pid)::int)")
                }
            }
            try await eventually("nobody is in the trap") { try await trapped(storytime).isEmpty }
        }
    }

    private func trapped(_ storytime: Storytime) async throws -> [Int] {
        try await storytime.database.read(
            """
            SELECT pid FROM pg_locks
            WHERE locktype = 'advisory' AND objid::bigint = \(lock) AND NOT granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        ).map { try $0["pid"] }
    }
}
