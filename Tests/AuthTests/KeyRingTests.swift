import FoundationEssentials
import Postgres
import StrictJSON
import Testing
import Web

@testable import Auth

@Suite(.timeLimit(.minutes(2))) struct KeyRingTests {
    @Test func `nodes that start together make one key and one secret`() async throws {
        try await AuthWorld.run { world in
            let nodes = (0..<6).map { _ in world.anotherNode() }
            try await withThrowingTaskGroup { group in
                for node in nodes { group.addTask { try await node.module.start() } }
                try await group.waitForAll()
            }
            #expect(try await world.count("SELECT count(*) FROM auth.signing_key") == 1)
            #expect(try await world.count("SELECT count(*) FROM auth.secret") == 1)
            try await world.openAccount()
            let token = try await nodes[0].login().accessToken
            for node in nodes { _ = try await node.module.authenticator.authenticate(token) }
        }
    }

    @Test func `a secret from the configuration is stored nowhere`() async throws {
        try await AuthWorld.run { world in
            try await world.anotherNode { $0.secret = Array(0..<32) }.module.start()
            #expect(try await world.count("SELECT count(*) FROM auth.secret") == 0)
        }
    }

    @Test func `a new key is published before it signs, and the old one until its tokens are over`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            func published() async throws -> [String] {
                try await world.module.keys.current().published.keys.map(\.kid)
            }
            let first = try await published()
            #expect(first.count == 1)
            world.clock.advance(by: KeySchedule.lifetime - KeySchedule.lead)
            let both = try await published()
            #expect(both.count == 2)
            #expect(try await keyID(of: world.login().accessToken) == first[0])
            world.clock.advance(by: KeySchedule.lead - 1)
            let last = try await world.login().accessToken
            #expect(try keyID(of: last) == first[0])
            world.clock.advance(by: 1)
            #expect(try await keyID(of: world.login().accessToken) == both[1])
            world.clock.advance(by: 600)
            _ = try await world.module.authenticator.authenticate(last)
            world.clock.advance(by: KeySchedule.trail)
            #expect(try await published() == [both[1]])
            #expect(try await world.count("SELECT count(*) FROM auth.signing_key") == 1)
        }
    }

    private func keyID(of token: String) throws -> String? {
        let header = try #require(token.split(separator: ".").first)
        return try JSON(parsing: #require(Base64URL.decode(String(header))))["kid"]?.string
    }
}
