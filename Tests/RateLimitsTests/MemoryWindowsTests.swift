import Testing
import Web

@testable import RateLimits

@Suite struct MemoryWindowsTests {
    private let start = ContinuousClock.now
    private let limit = RateLimit("test", 3, "tests")

    @Test func `as many as the quota are let in, and room comes back one by one`() {
        var windows = MemoryWindows()
        let charge = [RateLimiting.Charge(limit, to: "a")]
        for (second, isAdmitted, remaining, reset) in [
            (0, true, 2, 60), (10, true, 1, 50), (20, true, 0, 40), (30, false, 0, 30), (59, false, 0, 1),
            (60, true, 0, 10), (61, false, 0, 9), (70, true, 0, 10),
        ] {
            let verdict = windows.admit(charge, now: start + .seconds(second))
            #expect(verdict.refused.isEmpty == isAdmitted, "at \(second)")
            #expect(verdict.standings.map(\.remaining) == [remaining], "at \(second)")
            #expect(verdict.standings.map(\.reset) == [.seconds(reset)], "at \(second)")
        }
    }

    @Test func `clients and limits do not get into each other's way`() {
        var windows = MemoryWindows()
        for client in ["a", "b"] {
            for name in ["one", "two"] {
                let charge = [RateLimiting.Charge(RateLimit(name, 1, "tests"), to: client)]
                let (first, second) = (windows.admit(charge, now: start), windows.admit(charge, now: start))
                #expect(first.refused.isEmpty)
                #expect(!second.refused.isEmpty)
            }
        }
    }

    @Test func `who is refused by one limit is charged by none`() {
        var windows = MemoryWindows()
        let wide = RateLimiting.Charge(limit, to: "a")
        let narrow = RateLimiting.Charge(RateLimit("narrow", 1, "tests"), to: "a")
        _ = windows.admit([wide, narrow], now: start)
        let refused = windows.admit([wide, narrow], now: start)
        #expect(refused.refused.map(\.limit.name) == ["narrow"])
        #expect(refused.standings.map(\.remaining) == [2, 0])
        let admitted = windows.admit([wide], now: start)
        #expect(admitted.standings.map(\.remaining) == [1])
    }

    @Test(arguments: 1...20) func `no stretch of time as long as the window sees more than the quota`(seed: UInt64) {
        var random = Steps(state: seed)
        var windows = MemoryWindows()
        var admitted: [Int] = []
        var second = 0
        for _ in 0..<500 {
            second += Int.random(in: 0...20, using: &random)
            let charge = [RateLimiting.Charge(limit, to: "a")]
            if windows.admit(charge, now: start + .seconds(second)).refused.isEmpty { admitted.append(second) }
        }
        for (index, moment) in admitted.enumerated() {
            #expect(admitted[index...].prefix { $0 < moment + 60 }.count <= 3)
        }
    }

    @Test func `memory is bounded, and those who ask lately are remembered`() {
        var windows = MemoryWindows(bound: 100)
        let busy = [RateLimiting.Charge(RateLimit("test", 1, "tests"), to: "busy")]
        _ = windows.admit(busy, now: start)
        for number in 0..<1000 {
            _ = windows.admit([RateLimiting.Charge(limit, to: "\(number)")], now: start)
            let verdict = windows.admit(busy, now: start)
            #expect(!verdict.refused.isEmpty)
            #expect(windows.count <= 101)
        }
    }

    /// A generator whose numbers can be had again.
    private struct Steps: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
    }
}
