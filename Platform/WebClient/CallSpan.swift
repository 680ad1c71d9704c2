import FoundationEssentials
import HTTPTypes
import Origin
import Resilience
import ServiceContextModule
import Tracing

/// The span of one call, until the last byte of its reply. Each attempt at a call has its own.
///
/// It has the URL without user, query and fragment, which is where secrets are; and nothing of its path if a user has named
/// it, because such a path may be a secret itself.
struct CallSpan {
    private let span: any Span

    /// Begins it.
    init(_ request: WebRequest, to destination: Destination) {
        span = startSpan(request.method.rawValue, ofKind: .client)
        guard span.isRecording else { return }
        span.updateAttributes { attributes in
            attributes.reserveCapacity(7)
            attributes["http.request.method"] = request.method.rawValue
            if Attempt.resends > 0 { attributes["http.request.resend_count"] = Attempt.resends }
            guard let parts = URLComponents(string: destination.url), let host = parts.host else { return }
            attributes["server.address"] = host.trimmingBrackets
            attributes["server.port"] = parts.port ?? (parts.scheme?.lowercased() == "https" ? 443 : 80)
            attributes["url.full"] = Self.shown(parts, isOurs: destination.isOurs)
        }
    }

    /// Where others find it.
    var trace: TraceContext? { span.context.traceContext }

    /// Ends it with a reply. To a client every status from 400 on is an error.
    func end(_ reply: WebReply) {
        span.attributes["http.response.status_code"] = reply.status.code
        if reply.status.code >= 400 { fail("\(reply.status.code)") }
        span.end()
    }

    /// Ends it without one.
    func end(_ error: any Error) {
        fail((error as? WebClientError)?.code.rawValue ?? "cancelled")
        span.end()
    }

    private func fail(_ type: String) {
        span.attributes["error.type"] = type
        span.setStatus(SpanStatus(code: .error))
    }

    private static func shown(_ parts: URLComponents, isOurs: Bool) -> String? {
        var parts = parts
        (parts.user, parts.password, parts.query, parts.fragment) = (nil, nil, nil, nil)
        if !isOurs { parts.path = "/" }
        return parts.string
    }
}

extension String {
    /// An IPv6 address as it is outside of URLs.
    fileprivate var trimmingBrackets: String { hasPrefix("[") ? String(dropFirst().dropLast()) : self }
}
