import Instruments
import Metrics

/// What a publisher counts as it happens, by exchange, named as OpenTelemetry names it.
struct PublisherMetrics: Sendable {
    /// Connections that were opened: all but the first because one before had broken.
    private let opened: Counter
    /// Until the broker has had its word on messages that went together.
    private let duration: Timer
    private let confirmed: Counter
    private let nacked: Counter
    private let unroutable: Counter
    private let refused: Counter
    private let unsettled: Instruments<RabbitMQError.Code, Counter>

    init(_ exchange: RabbitMQExchange) {
        let place = [("messaging.system", "rabbitmq"), ("messaging.destination.name", exchange.name)]
        @Sendable func sent(_ error: String) -> Counter {
            Counter(label: "messaging.client.sent.messages", dimensions: place + [("error.type", error)])
        }
        opened = Counter(label: "rabbitmq.connections.opened", dimensions: place)
        duration = Timer(
            label: "messaging.client.operation.duration",
            dimensions: place + [("messaging.operation.name", "publish")]
        )
        confirmed = Counter(label: "messaging.client.sent.messages", dimensions: place)
        (nacked, unroutable, refused) = (sent("nacked"), sent("unroutable"), sent("refused"))
        unsettled = Instruments { sent($0.rawValue) }
    }

    /// A connection is open.
    func connected() { opened.increment() }

    /// The broker has had its word on all of them.
    func settled(_ outcomes: [PublishOutcome], after taken: Duration) {
        duration.record(duration: taken)
        for outcome in outcomes { counter(of: outcome).increment() }
    }

    /// The broker has not: some may have arrived.
    func failed(_ messages: Int, _ code: RabbitMQError.Code) {
        unsettled[code].increment(by: messages)
    }

    private func counter(of outcome: PublishOutcome) -> Counter {
        switch outcome {
        case .confirmed: confirmed
        case .nacked: nacked
        case .unroutable: unroutable
        case .refused: refused
        }
    }
}
