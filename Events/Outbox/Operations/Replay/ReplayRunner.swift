import EventDelivery
import FoundationEssentials
public import Logging
import Postgres
public import ServiceLifecycle

/// Drives the replays that nobody waits for, on every node that brings events to listeners.
///
/// Each batch claims its replay by a row lock, so nodes share the work, and one that dies leaves nothing behind.
public struct ReplayRunner: Service {
    private let operations: OutboxOperations
    private let pause: Duration
    private let logger: Logger

    /// A runner of the replays of a database.
    public init(_ operations: OutboxOperations, every pause: Duration = .seconds(1), logger: Logger) {
        self.operations = operations
        self.pause = pause
        self.logger = logger
    }

    /// Drives until the service group stops; a batch at work is rolled back and taken up again by whoever comes next.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var patience: [UUID: ReplayPatience] = [:]
            var troubles: [UUID: String] = [:]
            while !Task.isCancelled {
                let moved = await step(&patience, &troubles)
                if !moved { try? await Task.sleep(for: pause) }
            }
        }
    }

    /// Takes one step with each replay that is due. True when one of them came forward. Trouble that lasts is told once.
    private func step(_ patience: inout [UUID: ReplayPatience], _ troubles: inout [UUID: String]) async -> Bool {
        var moved = false
        for id in await due() where !Task.isCancelled {
            let waited = patience[id] ?? ReplayPatience()
            patience[id] = waited
            do {
                guard case .moved = try await operations.advanceReplay(id, atMost: 200, patience: waited) else {
                    continue
                }
                (patience[id], troubles[id]) = (nil, nil)
                moved = true
            } catch {
                if troubles.updateValue("\(error)", forKey: id) != "\(error)" { report(error, of: "\(id)") }
            }
        }
        return moved
    }

    private func report(_ error: any Error, of replay: String) {
        guard !Task.isCancelled else { return }
        logger.warning("replay did not come forward", metadata: ["replay": "\(replay)", "error": "\(error)"])
    }

    private func due() async -> [UUID] {
        do {
            return try await looked()
        } catch {
            report(error, of: "-")
            return []
        }
    }

    private func looked() async throws -> [UUID] {
        try await operations.database.read(
            """
            SELECT id FROM events.replay
            WHERE detached AND finished_at IS NULL AND aborted_at IS NULL AND failed_at IS NULL
              AND due_at <= clock_timestamp() AND listener = ANY (\(operations.listeners.map(\.name)))
            ORDER BY created_at
            """
        ).map { try $0["id"] }
    }
}
