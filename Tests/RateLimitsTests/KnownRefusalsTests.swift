import Testing
import Web

@testable import RateLimits

@Suite struct KnownRefusalsTests {
    private let start = ContinuousClock.now
    private let limit = RateLimit("test", 3, "tests")

    @Test func `a refusal is known until its time has come`() throws {
        var known = KnownRefusals()
        let charges = [RateLimiting.Charge(limit, to: "a")]
        let before = known.verdict(on: charges, now: start)
        #expect(before == nil)
        known.note(refusal(of: limit, for: .seconds(10)), on: charges, now: start)
        let verdict = known.verdict(on: charges, now: start + .seconds(4))
        #expect(verdict?.refused == [RateLimiting.Standing(limit, remaining: 0, reset: .seconds(6))])
        let after = known.verdict(on: charges, now: start + .seconds(10))
        #expect(after == nil)
    }

    @Test func `it holds for that client, that limit and that quota only`() {
        var known = KnownRefusals()
        known.note(refusal(of: limit, for: .seconds(10)), on: [RateLimiting.Charge(limit, to: "a")], now: start)
        var larger = limit
        larger.quota = 4
        for other in [
            RateLimiting.Charge(limit, to: "b"), RateLimiting.Charge(RateLimit("other", 3, "tests"), to: "a"),
            RateLimiting.Charge(larger, to: "a"),
        ] {
            let verdict = known.verdict(on: [other], now: start)
            #expect(verdict == nil)
        }
        // One limit that refuses is enough.
        let both = [RateLimiting.Charge(RateLimit("other", 3, "tests"), to: "a"), RateLimiting.Charge(limit, to: "a")]
        let verdict = known.verdict(on: both, now: start)
        #expect(verdict?.refused.map(\.limit.name) == ["test"])
    }

    @Test func `what was let in is no refusal`() {
        var known = KnownRefusals()
        let standing = RateLimiting.Standing(limit, remaining: 0, reset: .seconds(10))
        let charges = [RateLimiting.Charge(limit, to: "a")]
        known.note(RateLimiting.Verdict(standings: [standing]), on: charges, now: start)
        let verdict = known.verdict(on: charges, now: start)
        #expect(verdict == nil)
    }

    private func refusal(of limit: RateLimit, for time: Duration) -> RateLimiting.Verdict {
        let standing = RateLimiting.Standing(limit, remaining: 0, reset: time)
        return RateLimiting.Verdict(refused: [standing], standings: [standing])
    }
}
