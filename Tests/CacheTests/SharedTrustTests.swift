import Testing

@testable import Cache

@Suite struct SharedTrustTests {
    @Test func `a node begins in doubt and trusts after a renewal`() throws {
        var trust = SharedTrust()
        #expect(!trust.isTrusted)
        let renewal = trust.beginRenewal()
        trust.endRenewal(of: try #require(renewal), succeeded: true)
        #expect(trust.isTrusted)
        let another = trust.beginRenewal()
        #expect(another == nil)
    }

    @Test func `a doubt that comes during a renewal outlives it`() throws {
        var trust = SharedTrust()
        let renewal = trust.beginRenewal()
        trust.doubt()
        trust.endRenewal(of: try #require(renewal), succeeded: true)
        #expect(!trust.isTrusted)
        let next = trust.beginRenewal()
        trust.endRenewal(of: try #require(next), succeeded: true)
        #expect(trust.isTrusted)
    }

    @Test func `one renewal runs at a time, and one that fails is followed by another`() throws {
        var trust = SharedTrust()
        let first = trust.beginRenewal()
        let second = trust.beginRenewal()
        #expect(second == nil)
        trust.endRenewal(of: try #require(first), succeeded: false)
        #expect(!trust.isTrusted)
        let third = trust.beginRenewal()
        #expect(third != nil)
    }
}
