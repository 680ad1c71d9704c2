/// Where a read may come from. Nothing reads from a replica unless its statement says so.
public enum ReadSource: Sendable, Hashable {
    /// The server that is written to.
    case primary
    /// The replica, when there is one that is fit for it; else the primary. The answer may be older than what the caller
    /// has just written, by up to the bound of ``ReplicaConfiguration/staleness``.
    case replica
}

/// What a task asks of a replica before it reads there. It can only keep reads away, never send them.
public enum ReplicaFloor: Sendable, Hashable {
    /// No more than the bound that every replica keeps.
    case bound
    /// It has to have replayed the write-ahead log up to here.
    case replayed(WALPosition)
    /// Every read of the task goes to the primary: the task writes, or has just written.
    case primary

    @TaskLocal static var current = ReplicaFloor.bound

    /// Runs a body under this floor.
    public func run<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await Self.$current.withValue(self, operation: body)
    }

    func isMet(by position: WALPosition) -> Bool {
        switch self {
        case .bound: true
        case .replayed(let floor): floor <= position
        case .primary: false
        }
    }
}
