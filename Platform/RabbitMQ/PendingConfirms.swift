/// The messages of a batch that the broker has not had its word on yet.
///
/// The broker counts the messages of a channel and speaks of them by number, in any order, several at once if it likes.
/// A message that it cannot route it sends back first, by itself, and then confirms.
struct PendingConfirms {
    private(set) var outcomes: [PublishOutcome?]
    private let firstTag: UInt64
    private let indexByID: [String: Int]
    private var returned: [Int: String] = [:]
    private(set) var missing: Int

    /// A batch whose first message has this number.
    init(_ messages: [RabbitMQMessage], firstTag: UInt64) {
        outcomes = Array(repeating: nil, count: messages.count)
        self.firstTag = firstTag
        indexByID = Dictionary(messages.enumerated().map { ($1.id, $0) }) { first, _ in first }
        missing = messages.count
    }

    /// The broker has a message, and with `multiple` all before it.
    mutating func confirm(_ tag: UInt64, multiple: Bool) { settle(tag, multiple, .confirmed) }

    /// The broker does not take a message, and with `multiple` none before it.
    mutating func refuse(_ tag: UInt64, multiple: Bool) { settle(tag, multiple, .nacked) }

    /// The broker sent a message back.
    mutating func sendBack(_ id: String, _ reason: String) {
        if let index = indexByID[id] { returned[index] = reason }
    }

    private mutating func settle(_ tag: UInt64, _ multiple: Bool, _ outcome: PublishOutcome) {
        guard tag >= firstTag, let last = Int(exactly: tag - firstTag), last < outcomes.count else { return }
        for index in (multiple ? 0 : last)...last where outcomes[index] == nil {
            outcomes[index] = returned[index].map { .unroutable($0) } ?? outcome
            missing -= 1
        }
    }
}
