import Dispatch
import Synchronization
import Testing
import Web

@testable import Auth

@Suite struct PasswordHashingTests {
    private let cheap = HashingCost(memory: 64, passes: 1)

    /// From the test program of the reference implementation (phc-winner-argon2, version 0x13).
    @Test(
        arguments: [
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        ]
    )
    func `known hashes are of the known password and of no other`(_ encoded: String) throws {
        #expect(try Argon2.verify(Array("password".utf8), against: encoded))
        #expect(try !Argon2.verify(Array("Password".utf8), against: encoded))
        #expect(try !Argon2.verify(Array("password\0".utf8), against: encoded))
    }

    @Test func `the known hash comes out for its password, salt and cost`() throws {
        let encoded = try Argon2.hash(
            Array("password".utf8),
            salt: Array("somesalt".utf8),
            cost: HashingCost(memory: 65_536)
        )
        #expect(encoded == "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
    }

    @Test func `a new hash has the default cost, its own salt, and is right for every spelling of its password`()
        async throws
    {
        let hasher = PasswordHasher.argon2(HashingCost(), on: HashingLanes(count: 2, backlog: 8))
        let hash = try await hasher.hash(Password("caf\u{e9} noir au lait"))
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.hash(Password("caf\u{e9} noir au lait")) != hash)
        #expect(try await hasher.verify(Password("cafe\u{301} noir au lait"), hash))
        #expect(try await !hasher.verify(Password("cafe noir au lait"), hash))
        #expect(!hasher.isOutdated(hash))
    }

    @Test func `without a hash the same work is done and nothing is right`() async throws {
        let hasher = PasswordHasher.argon2(cheap, on: HashingLanes(count: 1, backlog: 8))
        #expect(try await !hasher.verify(Password("anything at all"), nil))
    }

    @Test func `a hash of another cost is outdated`() async throws {
        let lanes = HashingLanes(count: 1, backlog: 8)
        let old = try await PasswordHasher.argon2(cheap, on: lanes).hash(Password("a lantern"))
        #expect(PasswordHasher.argon2(HashingCost(memory: 128, passes: 1), on: lanes).isOutdated(old))
    }

    @Test(.timeLimit(.minutes(1)))
    func `so many run at once, so many wait, and the next is refused at once`() async throws {
        let lanes = HashingLanes(count: 2, backlog: 2)
        let gate = DispatchSemaphore(value: 0)
        let peak = Peak()
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do {
                        try await lanes.run {
                            peak.enter()
                            gate.wait()
                            peak.leave()
                        }
                        return false
                    } catch {
                        // Four are accepted by now, and wait for this one to be refused.
                        for _ in 0..<4 { gate.signal() }
                        return error as? AuthError == .overloaded
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(refused == 1)
        #expect(AuthError.overloaded.problem.code == .serviceUnavailable)
        #expect(AuthError.overloaded.problem.retryAfter == 2)
        #expect(peak.most <= 2)
        #expect(try await lanes.run { 7 } == 7)
    }
}

/// How many were inside at once, at most.
private final class Peak: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }

    func leave() { state.withLock { $0.now -= 1 } }
}
