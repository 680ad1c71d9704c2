import EventFaults
import Foundation
import Postgres
import TestSupport
import Testing

/// Schedules rolled from seeds, run against the outbox.
@Suite(.timeLimit(.minutes(60))) struct ScheduleTests {
    private let settings = FaultSettings.read()

    @Test func `whatever goes wrong, nothing is lost, doubled or inverted`() async throws {
        print("STORYTIME_FAULT_SEED=\(settings.seed) STORYTIME_FAULT_SCHEDULES=\(settings.schedules)")
        let begin = ContinuousClock.now
        try await withFaultRunners(settings.workers, { OutboxCandidate($0) }) { worker, runner in
            for number in stride(from: worker, to: settings.schedules, by: settings.workers) {
                try await check(.rolled(from: settings.seed &+ UInt64(number)), with: runner)
            }
        }
        let time = ContinuousClock.now - begin
        print("\(settings.schedules) schedules in \(time)")
    }

    @Test func `whom one schedule left at a lock does not hold up the next`() async throws {
        try await withFaultRunners(1, { OutboxCandidate($0) }) { _, runner in
            for steps: [Step] in [
                [
                    .record(producer: 0, thing: 0), .commit(producer: 0, nil),
                    .place(node: 0, Disturbance(.stall, .placed)),
                    .record(producer: 0, thing: 0), .commit(producer: 0, nil),
                    .place(node: 1, Disturbance(.stall, .placed)),
                ],
                [
                    .place(node: 0, nil),
                    .record(producer: 0, thing: 0), .commit(producer: 0, Disturbance(.stall, .beforeCommit)),
                ],
            ] {
                let violations = try await runner.run(Schedule(nodes: 2, steps), within: .seconds(30))
                #expect(violations.isEmpty, "\(violations)")
            }
        }
    }

    private func check(_ schedule: Schedule, with runner: FaultRunner) async throws {
        let violations = try await runner.run(schedule)
        guard !violations.isEmpty else { return }
        let small = try await runner.shrink(schedule, failing: violations)
        Issue.record("\(violations.map(\.description).joined(separator: "\n"))\n\(schedule)\ncut down to\n\(small)")
    }
}

/// How much is done, and which random numbers are drawn.
struct FaultSettings {
    let schedules: Int
    let workers: Int
    let seed: UInt64

    static func read() -> FaultSettings {
        let environment = ProcessInfo.processInfo.environment
        return FaultSettings(
            schedules: environment["STORYTIME_FAULT_SCHEDULES"].flatMap { Int($0) } ?? 100,
            workers: environment["STORYTIME_FAULT_WORKERS"].flatMap { Int($0) } ?? 2,
            seed: environment["STORYTIME_FAULT_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        )
    }
}
