import Events
import FoundationEssentials
import Origin
import RabbitMQ
import StrictJSON

extension Relay {
    /// The event as a message: a CloudEvent 1.0 in binary mode, so that the body is the payload as it is.
    ///
    /// Attributes are headers `cloudEvents_…`, as the binding for AMQP 1.0 prefers since 1.0.2, and texts in their canonical
    /// form: RabbitMQ's timestamps have no fractions of a second. `traceparent` is there twice, as an attribute of the event and as a header of its own for whoever
    /// follows traces without knowing CloudEvents.
    func message(for event: EventEnvelope) -> RabbitMQMessage {
        var message = RabbitMQMessage(
            routingKey: routingKey(event),
            body: event.payload,
            contentType: "application/json",
            id: event.id.text,
            type: event.name.rawValue,
            timestamp: event.recordedAt
        )
        message.headers = attributes(of: event).map { RabbitMQMessage.Header("cloudEvents_\($0)", $1) }
        if let trace = event.origin.traceparent { message.headers.append(.init("traceparent", trace)) }
        return message
    }

    private func attributes(of event: EventEnvelope) -> [(String, String)] {
        let always = [
            ("specversion", "1.0"),
            ("id", event.id.text),
            ("source", "\(source)/\(event.name.module)"),
            ("type", event.name.rawValue),
            ("subject", event.key.description),
            ("time", event.recordedAt.rfc3339),
            ("partitionkey", event.key.description),
            ("sequence", event.sequence),
            ("dataversion", "\(event.version)"),
        ]
        let known = [
            ("correlationid", event.origin.correlationID?.text),
            ("causationid", event.origin.causationID?.text),
            ("traceparent", event.origin.traceparent),
        ]
        return always + known.compactMap { name, value in value.map { (name, $0) } }
    }
}

extension EventEnvelope {
    /// The position in the log with leading zeros: the CloudEvents extension wants texts that sort like the numbers.
    fileprivate var sequence: String {
        let digits = String(position)
        return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
    }
}

extension UUID {
    fileprivate var text: String { uuidString.lowercased() }
}
