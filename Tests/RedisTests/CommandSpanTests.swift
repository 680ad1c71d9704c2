import Origin
import Redis
import ServiceContextModule
import TestSupport
import Testing
import Tracing

@testable import Telemetry

@Suite(.timeLimit(.minutes(2))) struct CommandSpanTests {
    @Test func `a command is a span of the trace at work, without its keys and values`() async throws {
        let queue = SpanQueue(capacity: 100)
        var context = ServiceContext.topLevel
        context.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: true)
        try await withRedis { _, redis in
            try await withTracer(SpanTracer(queue, share: 0)) {
                try await redis.send(["SET", "untraced", "hunter2"])
                try await ServiceContext.withValue(context) {
                    try await redis.send(["set", "hunter2", "hunter2"])
                    await #expect(throws: RedisError.self) { try await redis.send(["LPOP", "hunter2"]) }
                }
            }
        }
        let spans = queue.take()
        #expect(spans.map(\.name) == ["SET", "LPOP"])
        #expect(spans.allSatisfy { $0.parent == 3 && $0.kind == .client })
        #expect(spans.map { $0.attributes.get("error.type") } == [nil, .string("wrong-type")])
        #expect(!"\(spans)".contains("hunter2"))
    }
}
