extension Schedule {
    /// The smallest schedule that still fails: leaves out ever smaller parts, and lets go well what need not go wrong.
    func shrunk(while fails: (Schedule) async throws -> Bool) async throws -> Schedule {
        var best = self
        var size = max(1, steps.count / 2)
        while size > 1 {
            try await best.leaveOut(size, while: fails)
            size /= 2
        }
        // What could not be left out may go once something else has.
        var before: Schedule
        repeat {
            before = best
            try await best.leaveOut(1, while: fails)
            try await best.calm(while: fails)
        } while best != before
        return best
    }

    private mutating func calm(while fails: (Schedule) async throws -> Bool) async throws {
        for index in steps.indices {
            var calmer = self
            calmer.steps[index] = steps[index].undisturbed
            if calmer != self, try await fails(calmer) { self = calmer }
        }
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
