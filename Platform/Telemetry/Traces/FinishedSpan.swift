import Origin
import Tracing

/// A span that has ended, as it is exported.
struct FinishedSpan: Sendable {
    let trace: TraceContext
    /// The span that it is part of; nil for the first of its trace.
    let parent: UInt64?
    let kind: SpanKind
    let start: UInt64
    var end: UInt64
    var name: String
    var attributes: SpanAttributes = [:]
    var status: SpanStatus?
    var events: [SpanEvent] = []
    var links: [SpanLink] = []
}
