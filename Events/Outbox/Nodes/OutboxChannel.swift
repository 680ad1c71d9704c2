/// The channels on which nodes wake each other. A notification only says that it is worth looking.
enum OutboxChannel {
    /// Events were recorded that have no position yet. For the node that sequences.
    static let recorded = "storytime_recorded"
    /// The log has grown. The payload is an ``OutboxChannel/Placed``.
    static let placed = "storytime_placed"
    /// The lease was given back.
    static let released = "storytime_released"

    static let all = [recorded, placed, released]

    /// What is said when the log has grown: who placed, and how far.
    struct Placed: Equatable {
        /// The fence that the batch was placed under; nil for a tool's.
        let fence: Int?
        /// The last position.
        let head: Int

        init?(_ payload: String) {
            let parts = payload.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, let head = Int(parts[1]) else { return nil }
            fence = Int(parts[0])
            self.head = head
        }

        /// True unless it is one's own batch.
        func isNews(under fence: Int?) -> Bool { fence == nil || fence != self.fence }
    }
}
