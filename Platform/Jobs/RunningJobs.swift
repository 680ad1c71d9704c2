import Synchronization

/// The attempts that this worker is making, and the way to stop each.
final class RunningJobs: Sendable {
    private let attempts = Mutex<[ClaimedJob.Claim: AsyncStream<JobStop>.Continuation]>([:])

    /// How many there are.
    var count: Int { attempts.withLock { $0.count } }

    /// All of them.
    var claims: [ClaimedJob.Claim] { attempts.withLock { Array($0.keys) } }

    /// Enters an attempt.
    ///
    /// - Returns: What will be said to stop it.
    func begin(_ claim: ClaimedJob.Claim) -> AsyncStream<JobStop> {
        let (stops, continuation) = AsyncStream<JobStop>.makeStream()
        attempts.withLock { $0[claim] = continuation }
        return stops
    }

    /// Strikes an attempt off. From now on it has no heartbeat.
    func end(_ claim: ClaimedJob.Claim) {
        attempts.withLock { $0.removeValue(forKey: claim) }?.finish()
    }

    /// Stops these attempts.
    func stop(_ claims: some Sequence<ClaimedJob.Claim>, because reason: JobStop) {
        for claim in claims {
            attempts.withLock { $0[claim] }?.yield(reason)
        }
    }
}
