import Postgres
import Synchronization

/// A transaction that goes on when it is told to, so that several can be open at once in an order of one's choice.
final class OpenTransaction: Sendable {
    typealias Work = @Sendable (borrowing Transaction) async throws -> Void

    private enum Command: Sendable {
        case work(Work, CheckedContinuation<Void, any Error>)
        case commit
        case rollBack
    }

    private let commands: AsyncStream<Command>.Continuation
    private let task: Task<Void, any Error>

    init(on database: Database) {
        let (stream, commands) = AsyncStream<Command>.makeStream()
        self.commands = commands
        task = Task {
            let result = await Self.run(stream, on: database)
            commands.finish()
            // Who came too late is told.
            for await case .work(_, let waiter) in stream { waiter.resume(throwing: Over()) }
            try result.get()
        }
    }

    /// Does something in the transaction. When it throws, the transaction is over.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        let result = Mutex<Result?>(nil)
        try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
            let command = Command.work(
                { tx in
                    let made = try await work(tx)
                    result.withLock { $0 = made }
                },
                waiter
            )
            if case .enqueued = commands.yield(command) { return }
            waiter.resume(throwing: Over())
        }
        guard let made = result.withLock({ $0 }) else { throw Over() }
        return made
    }

    /// Ends it. Throws what the database says.
    func commit() async throws {
        commands.yield(.commit)
        try await task.value
    }

    /// Ends it; nothing of it remains.
    func rollBack() async {
        commands.yield(.rollBack)
        _ = await task.result
    }

    private static func run(_ stream: AsyncStream<Command>, on database: Database) async -> Result<Void, any Error> {
        do {
            try await database.transaction(TransactionOptions(attempts: 1)) { tx in
                for await command in stream {
                    switch command {
                    case .work(let work, let waiter):
                        do {
                            try await work(tx)
                            waiter.resume()
                        } catch {
                            waiter.resume(throwing: error)
                            throw error
                        }
                    case .commit: return
                    case .rollBack: throw Over()
                    }
                }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// The transaction has ended.
    struct Over: Error {}
}
