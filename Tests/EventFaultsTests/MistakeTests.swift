import EventFaults
import Synchronization
import Testing

/// The checker that finds nothing wrong with the outbox finds every mistake.
@Suite(.timeLimit(.minutes(10))) struct MistakeTests {
    @Test(arguments: Mistake.allCases)
    func `rolled schedules find it, and cut it down to a few steps`(mistake: Mistake) async throws {
        try await withFaultRunners(1, { try await mistake.candidate($0) }) { _, runner in
            var missing = mistake.breaks
            for seed in mistake.firstSeed..<mistake.firstSeed + 2_000 where !missing.isEmpty {
                let schedule = Schedule.rolled(from: seed)
                let violations = try await runner.run(schedule).filter { missing.contains($0.property) }
                guard let found = violations.first else { continue }
                missing.remove(found.property)
                let small = try await runner.shrink(schedule, failing: [found])
                print("\(mistake.rawValue): schedule \(seed) shows that it is not so that \(found.property):\n\(small)")
                #expect(small.steps.count <= 10)
                #expect(try await runner.run(small).map(\.property).contains(found.property))
            }
            #expect(missing.isEmpty)
        }
    }

    @Test(arguments: Mistake.allCases)
    func `it does not pass the conformance suite`(mistake: Mistake) async throws {
        try await withFaultRunners(1, { try await mistake.candidate($0) }) { _, runner in
            let broken = try await Conformance.brokenPromises(of: runner)
            #expect(mistake.brokenPromises.subtracting(broken.keys) == [])
        }
    }

    @Test func `the outbox passes the conformance suite`() async throws {
        try await withFaultRunners(1, { OutboxCandidate($0) }) { _, runner in
            for (promise, violations) in try await Conformance.brokenPromises(of: runner) {
                Issue.record("\(promise): \(violations.map(\.description).joined(separator: "; "))")
            }
        }
    }
}
