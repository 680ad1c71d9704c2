extension Schedule {
    /// The smallest schedule that still fails: leaves out ever smaller parts of it, and then what goes wrong by itself.
    func shrunk(while fails: (Schedule) async throws -> Bool) async throws -> Schedule {
        var best = self
        var size = max(1, steps.count / 2)
        while size >= 1 {
            let before = best.steps.count
            try await best.leaveOut(size, while: fails)
            // What could not be left out may go once something else has.
            if best.steps.count == before || size > 1 { size /= 2 }
        }
        for index in best.steps.indices {
            var calmer = best
            calmer.steps[index] = best.steps[index].undisturbed
            if calmer != best, try await fails(calmer) { best = calmer }
        }
        return best
    }

    private mutating func leaveOut(_ size: Int, while fails: (Schedule) async throws -> Bool) async throws {
        var start = steps.count - size
        while start >= 0 {
            var shorter = self
            shorter.steps.removeSubrange(start..<start + size)
            if try await fails(shorter) { self = shorter }
            start = min(start, steps.count) - size
        }
    }
}

extension Step {
    /// The same step with nothing going wrong.
    fileprivate var undisturbed: Step {
        switch self {
        case .commit(let producer, _): .commit(producer: producer, nil)
        case .place(let node, _): .place(node: node, nil)
        case .deliver(let node, _): .deliver(node: node, nil)
        default: self
        }
    }
}
