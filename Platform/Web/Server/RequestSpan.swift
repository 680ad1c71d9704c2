import HTTPTypes
import Origin
import ServiceContextModule
import Tracing

/// The span of one request, from its head to its reply.
///
/// It has the route and never the path or the query: those carry what is somebody's own.
struct RequestSpan {
    private let span: any Span

    /// Begins it, in the client's trace if the client sent a valid one.
    init(_ head: HTTPRequest) {
        var context = ServiceContext.current ?? .topLevel
        if let parent = head.headerFields[.traceparent] {
            context.traceContext = TraceContext(parent, state: head.headerFields[.tracestate])
        }
        span = startSpan(head.method.rawValue, context: context, ofKind: .server)
    }

    /// Runs the work that it stands for.
    func run<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await ServiceContext.withValue(span.context, operation: body)
    }

    /// Ends it. Only what is our fault is an error.
    func end(_ exchange: Exchange, _ status: HTTPResponse.Status) {
        guard span.isRecording else { return }
        let method = exchange.head.method.rawValue
        if let route = exchange.route?.endpoint.path { span.operationName = "\(method) \(route)" }
        span.updateAttributes { attributes in
            attributes.reserveCapacity(5)
            attributes["http.request.method"] = method
            attributes["http.route"] = exchange.route?.endpoint.path
            attributes["http.response.status_code"] = status.code
            attributes["storytime.request_id"] = exchange.identifier.text
            if status.kind == .serverError { attributes["error.type"] = String(status.code) }
        }
        if status.kind == .serverError { span.setStatus(SpanStatus(code: .error)) }
        span.end()
    }
}
