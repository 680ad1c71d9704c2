import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// Who has the lease, as the database says it.
@Suite(.timeLimit(.minutes(1))) struct LeaseTests {
    @Test func `one takes a free lease, the others wait`() async throws {
        try await Stage.run { stage in
            let (one, other) = (stage.leases(), stage.leases())
            #expect(try await one.look() == Lease(fence: 0, remaining: .zero))
            #expect(try await one.take(listeningAs: nil) == 1)
            #expect(try await other.take(listeningAs: nil) == nil)
            let seen = try await other.look()
            #expect(seen.fence == 1)
            #expect(seen.remaining > .zero && seen.remaining <= .seconds(30))
        }
    }

    @Test func `of many who want it one gets it`() async throws {
        try await Stage.run { stage in
            let fences = try await withThrowingTaskGroup { group in
                for _ in 1...8 { group.addTask { try await stage.leases().take(listeningAs: nil) } }
                return try await group.reduce(into: [Int?]()) { $0.append($1) }
            }
            #expect(fences.compactMap(\.self) == [1])
        }
    }

    @Test func `a lease that ran out is anybody's, and its holder's no more`() async throws {
        try await Stage.run { stage in
            let (one, other) = (stage.leases(), stage.leases())
            #expect(try await one.take(listeningAs: nil) == 1)
            #expect(try await one.renew(1, listeningAs: nil))
            try await stage.expireLease()
            #expect(try await other.look().remaining == .zero)
            #expect(try await other.take(listeningAs: nil) == 2)
            #expect(try await !one.renew(1, listeningAs: nil))
            try await one.release(1)
            #expect(try await other.renew(2, listeningAs: nil))
            #expect(try await one.take(listeningAs: nil) == nil)
        }
    }

    @Test func `a renewed lease lasts`() async throws {
        try await Stage.run { stage in
            let (one, other) = (stage.leases(), stage.leases())
            #expect(try await one.take(listeningAs: nil) == 1)
            try await stage.expireLease()
            #expect(try await one.renew(1, listeningAs: nil))
            #expect(try await other.take(listeningAs: nil) == nil)
        }
    }

    @Test func `a lease that was given back is free at once`() async throws {
        try await Stage.run { stage in
            let (one, other) = (stage.leases(), stage.leases())
            #expect(try await one.take(listeningAs: nil) == 1)
            try await one.release(1)
            #expect(try await other.look().remaining == .zero)
            #expect(try await other.take(listeningAs: nil) == 2)
        }
    }

    @Test func `a holder whose connection is gone is not waited for`() async throws {
        try await Stage.run { stage in
            let (one, other) = (stage.leases(), stage.leases())
            let backend = try await Writer.with(stage) { ear in
                let backend = Int(try await ear.run("SELECT pg_backend_pid()")[0][0] ?? "")
                #expect(try await one.take(listeningAs: backend) == 1)
                #expect(try await other.look().remaining > .zero)
                return backend
            }
            #expect(backend != nil)
            try await eventually { try await other.look().remaining == .zero }
            // It has found another connection meanwhile.
            try await Writer.with(stage) { ear in
                let backend = Int(try await ear.run("SELECT pg_backend_pid()")[0][0] ?? "")
                #expect(try await one.renew(1, listeningAs: backend))
                #expect(try await other.take(listeningAs: nil) == nil)
            }
            try await eventually { try await other.take(listeningAs: nil) == 2 }
        }
    }

    @Test func `a server's clock that was set back holds nobody up`() async throws {
        try await Stage.run { stage in
            let (one, other) = (stage.leases(), stage.leases())
            #expect(try await one.take(listeningAs: nil) == 1)
            try await stage.database.command(
                "SELECT setval('events.lease_expiry', last_value + 3600000) FROM events.lease_expiry"
            )
            #expect(try await other.take(listeningAs: nil) == 2)
        }
    }

    @Test func `a node takes its own lease again`() async throws {
        try await Stage.run { stage in
            let one = stage.leases()
            let fences = [try await one.take(listeningAs: nil), try await one.take(listeningAs: nil)]
            #expect(fences == [1, 2])
        }
    }
}

extension Stage {
    /// The lease as one more node has it in hand; nothing in the tests takes as long as it lasts.
    func leases() -> LeaseStore {
        LeaseStore(
            database: database,
            node: NodeIdentity(),
            timing: LeaseTiming(length: .seconds(30), renewal: .seconds(10))
        )
    }

    /// Lets the time of the lease pass.
    func expireLease() async throws { try await database.command("SELECT setval('events.lease_expiry', 1)") }
}
