import Dispatch
import Synchronization

/// Threads of their own for what occupies a thread: so many at once, so many waiting, and the next is refused.
///
/// The cooperative pool has a thread a core; two password hashes there would stop the whole server.
final class HashingLanes: Sendable {
    private let lanes: [DispatchQueue]
    private let loads: Mutex<[Int]>
    private let depth: Int

    /// Lanes that together hold `backlog` waiting pieces of work.
    init(count: Int, backlog: Int) {
        let count = max(1, count)
        lanes = (0..<count).map { DispatchQueue(label: "storytime.hashing.\($0)", qos: .userInitiated) }
        loads = Mutex(Array(repeating: 0, count: count))
        depth = 1 + max(0, backlog) / count
    }

    /// Runs the work on the least busy lane, or throws ``AuthError/overloaded`` at once when all are full.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        guard let lane = reserve() else { throw AuthError.overloaded }
        return try await withCheckedThrowingContinuation { continuation in
            lanes[lane].async { [self] in
                let result = Swift.Result(catching: work)
                loads.withLock { $0[lane] -= 1 }
                continuation.resume(with: result)
            }
        }
    }

    private func reserve() -> Int? {
        loads.withLock { loads in
            guard let lane = loads.indices.min(by: { loads[$0] < loads[$1] }), loads[lane] < depth else { return nil }
            loads[lane] += 1
            return lane
        }
    }
}
