/// Every event type that this build knows.
public struct EventCatalog: Sendable {
    /// The types by stored name.
    public let types: [EventName: any DomainEvent.Type]

    /// Collects the types of all contracts. Two types with one name are a mistake that stops the program at start.
    public init(_ types: [any DomainEvent.Type]) {
        self.types = Dictionary(types.map { ($0.name, $0) }) { first, second in
            preconditionFailure("\(first) and \(second) share the event name \(first.name)")
        }
    }

    /// The stored names, sorted.
    public var names: [EventName] { types.keys.sorted { $0.rawValue < $1.rawValue } }
}
