import Origin
import ServiceContextModule
import Tracing

extension SMTPConfiguration {
    /// Makes a visit to the server a span of the trace at work. It has neither addresses nor what is in the letter.
    func traced(_ name: String, _ visit: () async throws -> Void) async throws {
        guard ServiceContext.isTraced else { return try await visit() }
        let span = startSpan(name, ofKind: .client)
        defer { span.end() }
        span.updateAttributes { attributes in
            attributes["network.protocol.name"] = "smtp"
            attributes["server.address"] = host
            attributes["server.port"] = port
        }
        do {
            try await visit()
        } catch {
            let failure = error as? MailError
            span.attributes["error.type"] =
                failure.map { $0.reply.map { "\($0.code)" } ?? "\($0.code)" } ?? "cancelled"
            span.setStatus(SpanStatus(code: .error))
            throw error
        }
    }
}
