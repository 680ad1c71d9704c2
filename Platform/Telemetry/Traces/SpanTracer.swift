import Origin
import ServiceContextModule
public import Tracing

/// Follows requests through the program: the backend of swift-distributed-tracing.
///
/// A trace that has begun elsewhere is recorded if it is recorded there, so that no trace is torn; of those that begin
/// here, a share is.
public struct SpanTracer: Tracer {
    private let queue: SpanQueue
    /// Traces are recorded whose lower half, shifted to fit, is below.
    private let threshold: UInt64

    /// A tracer that records this share of traces, from 0 to 1.
    public init(_ queue: SpanQueue, share: Double) {
        self.queue = queue
        threshold = UInt64(min(max(share, 0), 1) * Double(1 << 62)) << 1
    }

    /// Begins a span in the trace of the context, or a trace.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> RecordedSpan {
        var context = context()
        let parent = context.traceContext
        let trace = parent?.child(SpanIdentifiers.next()) ?? begin()
        context.traceContext = trace
        guard trace.isSampled else { return RecordedSpan(context, nil, nil) }
        let now = instant().nanosecondsSinceEpoch
        let span = FinishedSpan(
            trace: trace,
            parent: parent?.span,
            kind: kind,
            start: now,
            end: now,
            name: operationName
        )
        return RecordedSpan(context, span, queue)
    }

    private func begin() -> TraceContext {
        let low = SpanIdentifiers.next()
        return TraceContext(
            traceHigh: SpanIdentifiers.next(),
            traceLow: low,
            span: SpanIdentifiers.next(),
            isSampled: low >> 1 < threshold
        )
    }

    /// Nothing: the exporter sends what there is.
    public func forceFlush() {}

    /// Reads the `traceparent` and the `tracestate` of a carrier.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        context.traceContext = extractor.extract(key: "traceparent", from: carrier).flatMap {
            TraceContext($0, state: extractor.extract(key: "tracestate", from: carrier))
        }
    }

    /// Writes the `traceparent` and the `tracestate` into a carrier.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.traceContext else { return }
        injector.inject(trace.header, forKey: "traceparent", into: &carrier)
        if let state = trace.state { injector.inject(state, forKey: "tracestate", into: &carrier) }
    }
}
