import NIOPosix

/// A few threads on which a conversation may block; the cooperative pool has none to spare for that.
final class MailThreads: Sendable {
    private let pool: NIOThreadPool

    init(count: Int) {
        pool = NIOThreadPool(numberOfThreads: max(1, count))
        pool.start()
    }

    deinit {
        pool.shutdownGracefully { _ in }
    }

    /// Runs the body when its turn comes.
    ///
    /// The body looks at `turn.isCancelled` now and then, and gives up when it says so.
    func run(_ body: @escaping @Sendable (_ turn: MailTurn) throws -> Void) async throws {
        let turn = MailTurn()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                turn.wait(continuation)
                pool.submit { _ in
                    guard let continuation = turn.begin() else { return }
                    continuation.resume(with: Result { try body(turn) })
                }
            }
        } onCancel: {
            turn.cancel()
        }
    }
}
