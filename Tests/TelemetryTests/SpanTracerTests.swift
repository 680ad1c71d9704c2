import Origin
import ServiceContextModule
import Testing
import Tracing

@testable import Telemetry

@Suite struct SpanTracerTests {
    private let queue = SpanQueue(capacity: 10)

    @Test func `a trace begins, and its spans are parts of each other`() throws {
        let tracer = SpanTracer(queue, share: 1)
        tracer.withSpan("outer", ofKind: .server) { outer in
            outer.attributes["count"] = 3
            tracer.withSpan("inner") { _ in }
            outer.operationName = "renamed"
        }
        let spans = queue.take()
        let (inner, outer) = (try #require(spans.first), try #require(spans.last))
        #expect(spans.map(\.name) == ["inner", "renamed"])
        #expect(outer.parent == nil)
        #expect(inner.parent == outer.trace.span)
        #expect(inner.trace.traceText == outer.trace.traceText)
        #expect(outer.start <= inner.start && inner.end <= outer.end)
        #expect(outer.attributes.get("count") == .int64(3))
    }

    @Test func `a trace that came from elsewhere goes on as it was decided there`() throws {
        for isSampled in [true, false] {
            var context = ServiceContext.topLevel
            context.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: isSampled)
            let span = SpanTracer(queue, share: isSampled ? 0 : 1).startSpan("here", context: context)
            #expect(span.isRecording == isSampled)
            #expect(span.context.traceContext?.isSampled == isSampled)
            #expect(span.context.traceContext?.traceLow == 2)
            #expect(span.context.traceContext?.span != 3)
            span.end()
        }
        #expect(queue.take().map(\.parent) == [3])
    }

    @Test(arguments: [(0.0, 0...0), (1.0, 1_000...1_000), (0.25, 150...350)])
    func `of the traces that begin here a share is recorded`(share: Double, expected: ClosedRange<Int>) {
        let tracer = SpanTracer(queue, share: share)
        let count = (0..<1_000).filter { _ in tracer.startSpan("here", context: .topLevel).isRecording }.count
        #expect(expected.contains(count))
    }

    @Test func `an error tells its type and not what it says`() throws {
        struct Embarrassing: Error, CustomStringConvertible {
            var description: String { "hunter2" }
        }
        #expect(throws: Embarrassing.self) {
            try SpanTracer(queue, share: 1).withSpan("here") { _ in throw Embarrassing() }
        }
        let span = try #require(queue.take().first)
        #expect(span.status?.code == .error)
        #expect(span.events.map(\.name) == ["exception"])
        #expect(!"\(span)".contains("hunter2"))
    }

    @Test func `a span ends once, and is told nothing more`() {
        let span = SpanTracer(queue, share: 1).startSpan("here", context: .topLevel)
        span.end()
        span.end()
        span.operationName = "there"
        #expect(queue.take().map(\.name) == ["here"])
    }

    @Test func `identifiers are not zero and do not come twice`() {
        let identifiers = (0..<100_000).map { _ in SpanIdentifiers.next() }
        #expect(Set(identifiers).count == identifiers.count)
        #expect(!identifiers.contains(0))
    }

    @Test func `a trace crosses to another process in a header`() {
        var (out, back) = (ServiceContext.topLevel, ServiceContext.topLevel)
        out.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: true, state: "rojo=1")
        var headers: [String: String] = [:]
        let tracer = SpanTracer(queue, share: 1)
        tracer.inject(out, into: &headers, using: Fields())
        tracer.extract(headers, into: &back, using: Fields())
        #expect(
            headers == [
                "traceparent": "00-00000000000000010000000000000002-0000000000000003-01", "tracestate": "rojo=1",
            ]
        )
        #expect(back.traceContext == out.traceContext)
        #expect(tracer.startSpan("here", context: back).context.traceContext?.state == "rojo=1")
    }
}

private struct Fields: Injector, Extractor {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}
