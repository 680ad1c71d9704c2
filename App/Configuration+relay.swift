import EventRelay
import Events
import RabbitMQ

extension Configuration {
    /// The relay to a broker; nil without one. Every setting is read, so that `storytime config` shows it.
    static func relay(_ environment: inout Environment) -> Relay? {
        let url = environment.text(
            "STORYTIME_RELAY_URL",
            secret: true,
            "RabbitMQ that events are published to, amqp[s]://user:password@host:port/vhost"
        )
        let exchangeName = environment.text(
            "STORYTIME_RELAY_EXCHANGE",
            default: "storytime.events",
            "exchange that the relay publishes to"
        )
        let setup = environment.choice(
            "STORYTIME_RELAY_SETUP",
            default: RabbitMQExchange.Setup.check,
            "check that the exchange is there, or declare it (durable, topic)"
        )
        let unroutable = environment.choice(
            "STORYTIME_RELAY_UNROUTABLE",
            default: Unroutable.retry,
            "what to do with an event that no queue is bound for: retry or drop"
        )
        let names = environment.text("STORYTIME_RELAY_EVENTS", "names of the events to publish, by commas; unset: all")
        let lanes = environment.integer("STORYTIME_RELAY_LANES", default: 1, in: 1...16, "lanes of the relay")
        let events = events(names, &environment)
        guard let url else { return nil }
        let broker = parse(&environment, "STORYTIME_RELAY_URL", url) { try RabbitMQConfiguration(url: $0) }
        let exchange = parse(&environment, "STORYTIME_RELAY_EXCHANGE", exchangeName) {
            try RabbitMQExchange($0, setup: setup)
        }
        guard let broker, let exchange else { return nil }
        var relay = Relay("relay.rabbitmq", of: events, to: exchange, at: broker, lanes: lanes)
        relay.isMandatory = unroutable == .retry
        return relay
    }

    /// What becomes of an event that no queue is bound for.
    private enum Unroutable: String, CaseIterable {
        case retry, drop
    }

    private static func events(_ text: String?, _ environment: inout Environment) -> [EventName]? {
        guard let text else { return nil }
        let known = Features.catalog.names
        let names = text.split(separator: ",").map { EventName(rawValue: $0.trimming(" ")) }
        let unknown = names.filter { !known.contains($0) }
        if names.isEmpty || !unknown.isEmpty {
            environment.refuse(
                "STORYTIME_RELAY_EVENTS",
                "there is no event \(unknown.first?.rawValue ?? ""); there are \(known.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return names
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> String {
        String(drop { $0 == character }.reversed().drop { $0 == character }.reversed())
    }
}
