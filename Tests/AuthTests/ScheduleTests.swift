import FoundationEssentials
import Testing

@testable import Auth

@Suite struct RefreshDecisionTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func decide(_ generation: Int, after seconds: Double, isEnded: Bool = false) -> RefreshDecision {
        let session = RefreshState(
            generation: 5,
            refreshedAt: Self.start,
            expiresAt: Self.start + 1000,
            isEnded: isEnded
        )
        return RefreshDecision(generation: generation, of: session, at: Self.start + seconds, grace: .seconds(10))
    }

    @Test func `the newest token is spent, also after a long time`() {
        #expect(decide(5, after: 0) == .rotate)
        #expect(decide(5, after: 999) == .rotate)
    }

    @Test func `the last one yields its successor for ten seconds, and no other does`() {
        #expect(decide(4, after: 0) == .repeatSuccessor)
        #expect(decide(4, after: 10) == .repeatSuccessor)
        #expect(decide(4, after: 10.001) == .reused)
        #expect(decide(3, after: 1) == .reused)
        #expect(decide(1, after: 1) == .reused)
    }

    @Test func `a session that is over takes none`() {
        #expect(decide(5, after: 1000) == .expired)
        #expect(decide(5, after: 0, isEnded: true) == .void)
        #expect(decide(3, after: 0, isEnded: true) == .void)
        #expect(decide(6, after: 0) == .void)
    }
}

@Suite struct KeyScheduleTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `the first key signs at once, the second is published before it signs`() throws {
        #expect(KeySchedule.successor(to: [], at: start) == start)
        let first = SigningKey(createdAt: start, usedFrom: start)
        let due = start + KeySchedule.lifetime - KeySchedule.lead
        #expect(KeySchedule.successor(to: [first], at: due - 1) == nil)
        #expect(KeySchedule.successor(to: [first], at: due) == start + KeySchedule.lifetime)
        let late = start + KeySchedule.lifetime * 3
        #expect(KeySchedule.successor(to: [first], at: late) == late + KeySchedule.lead)
        let second = SigningKey(createdAt: due, usedFrom: start + KeySchedule.lifetime)
        #expect(KeySchedule.signer(of: [first, second], at: second.usedFrom - 1)?.id == first.id)
        #expect(KeySchedule.signer(of: [first, second], at: second.usedFrom)?.id == second.id)
        #expect(KeySchedule.retired(of: [first, second], at: second.usedFrom + KeySchedule.trail - 1).isEmpty)
        #expect(
            KeySchedule.retired(of: [first, second], at: second.usedFrom + KeySchedule.trail).map(\.id) == [first.id]
        )
    }

    @Test func `nodes and verifiers learn of a key in time, and keep it for as long as its tokens last`() {
        #expect(KeySchedule.lead > KeySchedule.reload + 600)
        #expect(KeySchedule.trail > AuthConfiguration(publicURL: "").accessLifetime.seconds + KeySchedule.reload)
    }

    @Test func `an access token never lasts longer than a quarter of an hour`() {
        var configuration = AuthConfiguration(publicURL: "")
        configuration.accessLifetime = .seconds(3600)
        #expect(configuration.accessLifetime == .seconds(900))
    }
}
