import Events
import FoundationEssentials
import Origin
import ServiceContextModule
import Tracing

extension EventEnvelope {
    /// Wraps a new event in a span of its own, so that whoever hears it continues the trace from there.
    static func tracing(_ event: some DomainEvent) throws -> EventEnvelope {
        guard ServiceContext.isTraced else { return try EventEnvelope(recording: event) }
        let name = type(of: event).name.rawValue
        return try withSpan("create \(name)", ofKind: .producer) { span in
            let envelope = try EventEnvelope(recording: event)
            span.describe(name, envelope.id, does: "create")
            return envelope
        }
    }

    /// Runs what a listener does about the event: because of it, and as a part of its trace.
    func handled<Result>(by listener: String, _ body: () async throws -> Result) async rethrows -> Result {
        try await consequence.run {
            guard origin.traceparent != nil, ServiceContext.isTraced else { return try await body() }
            return try await withSpan("process \(name.rawValue)", ofKind: .consumer) { span in
                span.describe(name.rawValue, id, does: "process", for: listener)
                return try await body()
            }
        }
    }
}

extension [EventEnvelope] {
    /// Runs what a listener does about all of them at once.
    func handled<Result>(by listener: String, _ body: () async throws -> Result) async rethrows -> Result {
        guard let name = first?.name.rawValue else { return try await body() }
        return try await traced("process \(name)", ofKind: .consumer, body) { span in
            span.describe(name, nil, does: "process", for: listener)
        }
    }

    /// Runs what hands all of them over to another system, such as an exchange of a broker.
    package func published<Result>(
        to destination: String,
        of system: String,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await traced("publish \(destination)", ofKind: .producer, body) { span in
            span.updateAttributes { attributes in
                attributes["messaging.system"] = system
                attributes["messaging.operation.type"] = "send"
                attributes["messaging.operation.name"] = "publish"
                attributes["messaging.destination.name"] = destination
            }
        }
    }

    /// Makes it one span: a part of the first one's trace, with links to the others.
    private func traced<Result>(
        _ name: String,
        ofKind kind: SpanKind,
        _ body: () async throws -> Result,
        describe: (any Span) -> Void
    ) async rethrows -> Result {
        let traces = compactMap { $0.origin.traceparent.flatMap { TraceContext($0) } }.filter(\.isSampled)
        guard let first = traces.first else { return try await body() }
        return try await withSpan(name, context: .of(first), ofKind: kind) { span in
            describe(span)
            span.attributes["messaging.batch.message_count"] = count
            for trace in traces.dropFirst() { span.addLink(SpanLink(context: .of(trace), attributes: [:])) }
            return try await body()
        }
    }
}

extension ServiceContext {
    fileprivate static func of(_ trace: TraceContext) -> ServiceContext {
        var context = ServiceContext.current ?? .topLevel
        context.traceContext = trace
        return context
    }
}

extension Span {
    fileprivate func describe(_ event: String, _ id: UUID?, does operation: String, for listener: String? = nil) {
        updateAttributes { attributes in
            attributes.reserveCapacity(6)
            attributes["messaging.system"] = "storytime"
            attributes["messaging.operation.type"] = operation
            attributes["messaging.operation.name"] = operation
            attributes["messaging.destination.name"] = event
            attributes["messaging.consumer.group.name"] = listener
            attributes["messaging.message.id"] = id?.uuidString.lowercased()
        }
    }
}
