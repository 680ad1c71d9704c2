public import Postgres

/// Runs schedules against a candidate, one after another, on one ground.
public struct FaultRunner: Sendable {
    private let ground: Ground
    private let candidate: any Candidate
    private let numbers: Numbers

    /// A runner. The candidate is made with the connections of those who record events.
    public init(on ground: Ground, _ make: (_ producers: Database) async throws -> any Candidate) async throws {
        self.ground = ground
        candidate = try await make(ground.producers)
        numbers = Numbers()
    }

    /// Runs a schedule and tells what does not hold. Things and listeners are new in each run.
    ///
    /// One that does not come to an end is ended: everything that it waits for is taken away.
    public func run(_ schedule: Schedule, within limit: Duration = .seconds(120)) async throws -> [Violation] {
        let isLate = Flag()
        let ground = ground
        let watchdog = Task {
            try await Task.sleep(for: limit)
            isLate.raise()
            try await ground.breakOff()
        }
        defer { watchdog.cancel() }
        let violations: [Violation]
        do {
            violations = try await go(through: schedule)
        } catch {
            guard isLate.isRaised else { throw error }
            violations = [Violation(property: Self.ending, detail: "\(error)")]
        }
        guard violations.isEmpty, isLate.isRaised else { return violations }
        return [Violation(property: Self.ending, detail: "this one did not within \(limit)")]
    }

    private static let ending = "every run ends"

    private func go(through schedule: Schedule) async throws -> [Violation] {
        let run = try await Run(on: ground, candidate, id: "\(numbers.next())", nodes: schedule.nodes)
        do {
            for step in schedule.steps { try await run.perform(step) }
            return try await run.finish()
        } catch {
            await run.abandon()
            throw error
        }
    }

    /// Cuts a failing schedule down to one that fails in the same way and of which no part can be left out.
    public func shrink(_ schedule: Schedule, failing violations: [Violation]) async throws -> Schedule {
        let properties = Set(violations.map(\.property))
        // Each attempt would wait as long again.
        guard !properties.contains(Self.ending) else { return schedule }
        return try await schedule.shrunk { candidate in
            try await run(candidate).contains { properties.contains($0.property) }
        }
    }
}
