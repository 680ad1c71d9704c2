/// Where something may go wrong.
public enum CrashPoint: String, Sendable, Codable, CaseIterable {
    /// A producer has written everything and not committed.
    case beforeCommit
    /// A producer has committed and told nobody.
    case afterCommit
    /// The sequencer has given positions and not committed.
    case placed
    /// The sequencer has committed and told nobody.
    case placedAndCommitted
    /// A listener has handled some of its batch.
    case midBatch
    /// A listener has handled its batch; the cursor still stands where it stood.
    case handled
    /// The cursor has moved; its transaction has not committed.
    case cursorMoved
    /// The listener's transaction has committed; the node does not know.
    case delivered
}

/// What goes wrong.
public enum Blow: String, Sendable, Codable, CaseIterable {
    /// The server ends the connection (`pg_terminate_backend`), and the process dies.
    case kill
    /// It stays there until it is told to go on; others go on meanwhile.
    case stall
    /// The listener throws.
    case fail
}

/// What goes wrong, and where.
public struct Disturbance: Sendable, Codable, Hashable, CustomStringConvertible {
    /// Where.
    public let point: CrashPoint
    /// What.
    public let blow: Blow

    /// A blow at a point.
    public init(_ blow: Blow, _ point: CrashPoint) {
        self.point = point
        self.blow = blow
    }

    /// As it is written in source code.
    public var description: String { "Disturbance(.\(blow.rawValue), .\(point.rawValue))" }
}
