import Glibc

/// So many callers, each doing the same again and again for a while.
struct Load {
    let callers: Int
    let seconds: Int

    /// Runs the load and returns how often the work was done per second.
    func run(_ work: @escaping @Sendable (inout SplitMix) async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        let total = try await count(work)
        return Double(total) / (start.duration(to: .now) / .seconds(1))
    }

    /// Runs the load and returns how often the work was done per second of this process' CPU time: what it costs, on
    /// however busy a machine.
    func runByCPU(_ work: @escaping @Sendable (inout SplitMix) async throws -> Void) async throws -> Double {
        try await byCPU { try await count(work) }
    }

    /// How often something was done, by its own account, per second of this process' CPU time.
    func byCPU(_ work: () async throws -> Int) async throws -> Double {
        let start = Self.cpuSeconds
        let total = try await work()
        return Double(total) / (Self.cpuSeconds - start)
    }

    /// Runs the load and returns how often the work was done.
    func count(_ work: @escaping @Sendable (inout SplitMix) async throws -> Void) async throws -> Int {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    var random = SplitMix(state: .random(in: 0 ... .max))
                    var count = 0
                    while clock.now < end {
                        try await work(&random)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static var cpuSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Random numbers without a system call each (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
