import Events

/// The event of these tests: the `number`-th of its key.
struct Ping: DomainEvent, Equatable {
    static let name: EventName = "tests.ping"
    let subject: String
    let number: Int
    var key: OrderingKey { OrderingKey("subject", subject) }
}

/// An event that a listener of `Ping` announces.
struct Pong: DomainEvent, Equatable {
    static let name: EventName = "tests.pong"
    let subject: String
    let number: Int
    var key: OrderingKey { OrderingKey("subject", subject) }
}
