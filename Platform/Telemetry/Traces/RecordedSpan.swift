import Origin
import ServiceContextModule
import Synchronization
public import Tracing

/// A span at work. What nobody records costs nothing but its identifier.
public final class RecordedSpan: Tracing.Span {
    /// The context that this span is the current one in.
    public let context: ServiceContext
    /// Nil once it has ended, and from the start when nobody records it.
    private let state: Mutex<FinishedSpan?>
    private let queue: SpanQueue?

    init(_ context: ServiceContext, _ span: FinishedSpan?, _ queue: SpanQueue?) {
        self.context = context
        state = Mutex(span)
        self.queue = queue
    }

    /// Whether what is told it goes anywhere.
    public var isRecording: Bool { state.withLock { $0 != nil } }

    /// What it is called. A route is known later than its request.
    public var operationName: String {
        get { state.withLock { $0?.name ?? "" } }
        set { state.withLock { $0?.name = newValue } }
    }

    /// What is known about it.
    public var attributes: SpanAttributes {
        get { state.withLock { $0?.attributes ?? [:] } }
        set { state.withLock { $0?.attributes = newValue } }
    }

    /// Says how it went.
    public func setStatus(_ status: SpanStatus) { state.withLock { $0?.status = status } }

    /// Says that something happened.
    public func addEvent(_ event: SpanEvent) { state.withLock { $0?.events.append(event) } }

    /// Notes the error's type. What an error says may quote values, which are nobody's business here.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        guard isRecording else { return }
        var attributes = attributes
        attributes["exception.type"] = String(reflecting: type(of: error))
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
        updateAttributes { $0["error.type"] = String(reflecting: type(of: error)) }
    }

    /// Names another span that has to do with this one.
    public func addLink(_ link: SpanLink) { state.withLock { $0?.links.append(link) } }

    /// Ends it; a second end is none.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let finished = state.withLock { $0.take() }
        guard var finished else { return }
        finished.end = max(finished.start, instant().nanosecondsSinceEpoch)
        queue?.add(finished)
    }
}
