import Origin
import ServiceContextModule
import Tracing

extension RedisCommand {
    /// Makes the wait for its answer a span of the trace at work: with the command's name, and never a key or a value.
    func traced(_ wait: () async throws -> RedisValue) async throws -> RedisValue {
        guard ServiceContext.isTraced else { return try await wait() }
        let span = startSpan(name, ofKind: .client)
        defer { span.end() }
        span.updateAttributes { attributes in
            attributes["db.system.name"] = "redis"
            attributes["db.operation.name"] = name
        }
        do {
            return try await wait()
        } catch {
            span.attributes["error.type"] = (error as? RedisError)?.code.description ?? "cancelled"
            span.setStatus(SpanStatus(code: .error))
            throw error
        }
    }
}
