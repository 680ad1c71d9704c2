/// What is known of a metric beyond its label: what it means, and where the buckets of its histogram end.
struct MetricDescription: Sendable {
    /// What its numbers count.
    enum Unit: Sendable {
        case seconds
        case bytes
        case count
    }

    let help: String
    var unit = Unit.seconds
    var buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

    /// The description of a label; something general for one that nobody has described.
    static func of(_ label: String) -> MetricDescription {
        known[label] ?? MetricDescription(help: "\(label), which has no description.")
    }

    private static let requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    private static let sizeBuckets: [Double] = [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]
    private static let jobBuckets = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    /// By the labels that the program uses. Names and buckets follow OpenTelemetry's semantic conventions.
    private static let known: [String: MetricDescription] = [
        "http.server.request.duration": .init(
            help: "Time from a request's head to its reply.",
            buckets: requestBuckets
        ),
        "http.server.active_requests": .init(help: "Requests that wait for their reply.", unit: .count),
        "http.server.request.body.size": .init(help: "Size of request bodies.", unit: .bytes, buckets: sizeBuckets),
        "http.server.response.body.size": .init(
            help: "Size of reply bodies that are not streams.",
            unit: .bytes,
            buckets: sizeBuckets
        ),
        "http.server.connections.refused": .init(help: "Connections that were one too many.", unit: .count),
        "http.client.request.duration": .init(
            help: "Time of requests to other systems.",
            buckets: requestBuckets
        ),
        "db.client.operation.duration": .init(help: "Time of statements by their name, waiting included."),
        "db.client.connection.wait_time": .init(help: "Time until a transaction had its connection."),
        "db.client.connection.use_time": .init(help: "Time for which a transaction had its connection."),
        "db.client.connection.create_time": .init(help: "Time to open a connection."),
        "db.client.connection.timeouts": .init(help: "Transactions that got no connection in time.", unit: .count),
        "db.client.replica.reads": .init(help: "Reads that a replica may serve, by who served them.", unit: .count),
        "db.client.replica.used": .init(help: "1 while the replica is read from.", unit: .count),
        "db.client.replica.staleness": .init(help: "How old what the replica shows is.", unit: .seconds),
        "messaging.client.sent.messages": .init(
            help: "Events that this process recorded, and messages that it gave to a broker, by what was said of them.",
            unit: .count
        ),
        "messaging.client.operation.duration": .init(help: "Time until a broker had its word on a batch of messages."),
        "messaging.process.duration": .init(help: "Time of a listener's transaction for a batch of events."),
        "rabbitmq.connections.opened": .init(help: "Connections to a broker that were opened.", unit: .count),
        "outbox.relay.stalled": .init(help: "1 while this node has a relay's lane and cannot publish.", unit: .count),
        "outbox.deliveries": .init(help: "Events by listener and what became of them here.", unit: .count),
        "storytime.job.duration": .init(help: "Time of attempts at jobs by kind and outcome.", buckets: jobBuckets),
        "telemetry.spans": .init(help: "Spans by what became of them: exported, dropped or failed.", unit: .count),
    ]
}
