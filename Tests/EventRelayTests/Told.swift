import Events

/// The event of these tests: the `number`-th of its key.
struct Told: DomainEvent, Equatable {
    static let name: EventName = "tests.told"
    static let version = 3
    let story: String
    let number: Int
    var text = ""
    var key: OrderingKey { OrderingKey("story", story) }
}

/// An event of the same keys that some queues do not want.
struct Whispered: DomainEvent, Equatable {
    static let name: EventName = "tests.whispered"
    let story: String
    let number: Int
    var key: OrderingKey { OrderingKey("story", story) }
}
