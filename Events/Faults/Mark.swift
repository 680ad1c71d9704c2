public import Events

/// The event of the kit: the `number`-th change of a thing. Whatever happens to it can be told from it.
public struct Mark: DomainEvent, Hashable, CustomStringConvertible {
    /// The stored name.
    public static let name: EventName = "faults.marked"
    /// What was changed; no two runs share one.
    public let thing: String
    /// 1 for its first change.
    public let number: Int

    /// The change of a thing.
    public init(thing: String, number: Int) {
        self.thing = thing
        self.number = number
    }

    /// The thing.
    public var key: OrderingKey { OrderingKey("thing", thing) }
    /// `thing-number`.
    public var description: String { "\(thing)-\(number)" }
}

/// What a listener of marks announces in turn.
struct Echo: DomainEvent {
    static let name: EventName = "faults.echoed"
    let mark: Mark
    var key: OrderingKey { mark.key }
}
