/// Publishes messages to one exchange, over one connection that it opens when needed, on a thread of its own.
///
/// After a failure the connection is gone and the next call opens a new one: wait a little between failures.
public actor RabbitMQPublisher {
    private let configuration: RabbitMQConfiguration
    private let exchange: RabbitMQExchange
    private let mandatory: Bool
    private let thread: BlockingThread
    private let breaker = SocketBreaker()
    private let metrics: PublisherMetrics
    private var connection: AMQPConnection?

    /// The thread that calls of librabbitmq block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// A publisher. With `mandatory` a message that no queue takes is `unroutable`, without it is `confirmed` and lost.
    public init(_ configuration: RabbitMQConfiguration, exchange: RabbitMQExchange, mandatory: Bool = true) {
        self.configuration = configuration
        self.exchange = exchange
        self.mandatory = mandatory
        metrics = PublisherMetrics(exchange)
        thread = BlockingThread("rabbitmq.\(configuration.connectionName)")
    }

    /// Connects unless it is connected, checks the exchange and exchanges heartbeats. To be called every few seconds
    /// while there is nothing to publish, or the broker gives up the connection.
    public func keepAlive() throws(RabbitMQError) {
        try attempt { connection throws(RabbitMQError) in try connection.keepAlive() }
    }

    /// Publishes messages, in order, and returns what became of each.
    ///
    /// Throws when the broker has not had its word on all of them: those may have arrived or not. Cancelling the task
    /// breaks the connection, and the publisher can not be used any more.
    public nonisolated func publish(_ messages: [RabbitMQMessage]) async throws -> [PublishOutcome] {
        try await withTaskCancellationHandler {
            try await publishNow(messages)
        } onCancel: {
            breaker.abandon()
        }
    }

    /// Takes leave of the broker.
    public func close() {
        guard let connection = connection.take() else { return }
        breaker.limit(.seconds(2)) { connection.close() }
    }

    // MARK: Publishing

    private func publishNow(_ messages: [RabbitMQMessage]) throws -> [PublishOutcome] {
        try Task.checkCancellation()
        let start = ContinuousClock.now
        do {
            let outcomes =
                try messages.allSatisfy { $0.fault == nil }
                ? publishTogether(messages) : messages.map { try publishAlone($0) }
            metrics.settled(outcomes, after: start.duration(to: .now))
            return outcomes
        } catch {
            try Task.checkCancellation()
            if let error = error as? RabbitMQError { metrics.failed(messages.count, error.code) }
            throw error
        }
    }

    /// A message that the broker refuses takes the whole channel with it, without a word on which it was. Those that it
    /// had no word on then go one by one.
    private func publishTogether(_ messages: [RabbitMQMessage]) throws(RabbitMQError) -> [PublishOutcome] {
        var outcomes: [PublishOutcome?] = Array(repeating: nil, count: messages.count)
        do {
            try send(messages, &outcomes)
        } catch  where error.code == .messageRefused {
            for index in messages.indices where outcomes[index] == nil {
                outcomes[index] = try publishAlone(messages[index])
            }
        }
        return outcomes.compactMap { $0 }
    }

    private func publishAlone(_ message: RabbitMQMessage) throws(RabbitMQError) -> PublishOutcome {
        if let fault = message.fault { return .refused(fault) }
        var outcomes: [PublishOutcome?] = [nil]
        do {
            try send([message], &outcomes)
        } catch  where error.code == .messageRefused {
            return .refused(error.reason)
        }
        return outcomes[0] ?? .nacked
    }

    private func send(_ messages: [RabbitMQMessage], _ outcomes: inout [PublishOutcome?]) throws(RabbitMQError) {
        try attempt { connection throws(RabbitMQError) in
            // A broker that takes no messages stops reading: only the breaker ends a write that waits for it.
            try breaker.limit(configuration.confirmTimeout + .seconds(1)) { () throws(RabbitMQError) in
                try connection.publish(
                    messages,
                    to: exchange.name,
                    mandatory: mandatory,
                    before: .now + configuration.confirmTimeout,
                    into: &outcomes
                )
            }
        }
    }

    /// Lends the connection, which does not survive a failure.
    private func attempt(_ body: (AMQPConnection) throws(RabbitMQError) -> Void) throws(RabbitMQError) {
        do {
            let connection = try connected()
            try body(connection)
        } catch {
            connection = nil
            throw error.hiding(configuration.user)
        }
    }

    private func connected() throws(RabbitMQError) -> AMQPConnection {
        if let connection { return connection }
        let (configuration, exchange) = (configuration, exchange)
        let fresh = try breaker.limit(configuration.connectTimeout * 3) { () throws(RabbitMQError) in
            let fresh = try AMQPConnection(configuration, breaker: breaker)
            try fresh.setUp(exchange)
            return fresh
        }
        metrics.connected()
        connection = fresh
        return fresh
    }
}
