public import EventDelivery
public import Events
public import RabbitMQ

/// Publishes chosen events to an exchange of a RabbitMQ broker: at least once, and in order per key.
///
/// Receivers recognise what comes twice by the message's id, which is the event's. While the broker is away events wait
/// in the log; nothing is lost, and nothing else is delayed.
public struct Relay: Sendable {
    /// The listener that keeps the relay's place in the log; give it to the `OutboxDelivery` beside which the relay runs.
    public let listener: Listener
    /// The broker.
    public let broker: RabbitMQConfiguration
    /// Where messages go.
    public let exchange: RabbitMQExchange
    /// True keeps back, and tries again, what no queue is bound for; false lets the broker drop it.
    public var isMandatory = true
    /// The first part of every message's `source` (CloudEvents).
    public var source = "/storytime"
    /// What the exchange routes by: the event's name unless it is set.
    public var routingKey: @Sendable (EventEnvelope) -> String = { $0.name.rawValue }

    /// A relay of the events with these names, or of all. Renaming it orphans its place in the log.
    ///
    /// What the broker cannot take for now is tried again for ever, unless the policy says otherwise; what it never will
    /// take, such as what is too long for it, is dead at once. Either holds back its key until it went or an operator
    /// decides.
    public init(
        _ name: String,
        of events: [EventName]? = nil,
        to exchange: RabbitMQExchange,
        at broker: RabbitMQConfiguration,
        lanes: Int = 1,
        retry: RetryPolicy = .exponential(attempts: .max, from: .seconds(1), upTo: .seconds(60)),
        from start: Listener.Start = .now
    ) {
        listener = .relay(name, of: events, lanes: lanes, retry: retry, from: start)
        self.broker = broker
        self.exchange = exchange
    }
}
