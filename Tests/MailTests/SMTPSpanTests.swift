import Origin
import ServiceContextModule
import Testing
import Tracing

@testable import Mail
@testable import Telemetry

@Suite(.enabled(if: Python.withServer != nil, "needs aiosmtpd"), .timeLimit(.minutes(1)))
struct SMTPSpanTests {
    private func spans(_ body: () async throws -> Void) async throws -> [FinishedSpan] {
        let queue = SpanQueue(capacity: 100)
        var context = ServiceContext.topLevel
        context.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: true)
        try await withTracer(SpanTracer(queue, share: 0)) {
            try await ServiceContext.withValue(context) { try await body() }
        }
        return queue.take()
    }

    @Test func `a letter on its way is a span of the trace at work, and nothing of it is told`() async throws {
        let spans = try await spans {
            try await MailServer.run { server in try await server.mailer().send(.fixture(subject: "hunter2")) }
        }
        let span = try #require(spans.first)
        #expect(spans.count == 1 && span.name == "send mail" && span.kind == .client && span.parent == 3)
        #expect(span.attributes.get("server.address") == .string("localhost"))
        #expect(span.attributes.get("error.type") == nil && span.status == nil)
        #expect(!"\(span)".contains("hunter2") && !"\(span)".contains("@"))
    }

    @Test func `a refusal says with which code`() async throws {
        let spans = try await spans {
            try await MailServer.run("refuse") { server in
                await #expect(throws: MailError.self) { try await server.mailer().send(.fixture()) }
            }
        }
        #expect(spans.map { $0.attributes.get("error.type") } == [.string("550")])
        #expect(spans.first?.status?.code == .error)
    }
}
