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
    public func run(_ schedule: Schedule) async throws -> [Violation] {
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
        return try await schedule.shrunk { candidate in
            try await run(candidate).contains { properties.contains($0.property) }
        }
    }
}
