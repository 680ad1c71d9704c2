import Addresses
import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Origin
import Resilience
import ServiceContextModule

/// Calls other servers: over connections that are kept, within a time and a size.
///
/// It wraps nothing in policies by itself; compose them around its calls. Close it when it is no longer needed.
public final class WebClient: Sendable {
    private let configuration: WebClientConfiguration
    private let client: HTTPClient
    private let deadline: Deadline
    private let metrics: CallMetrics

    /// A client of a service, whose name tells its calls from others' in metrics. It opens nothing before its first call.
    public init(of service: String, _ configuration: WebClientConfiguration = WebClientConfiguration()) {
        self.configuration = configuration
        client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration.client)
        deadline = Deadline(configuration.timeout)
        metrics = CallMetrics(service: service)
    }

    /// Calls an absolute URL and reads the whole reply, whatever its status. The URL comes from configuration or from code;
    /// what a user gave goes through an ``AddressGuard`` first. A redirect is a reply like any other. The call is a span of the
    /// trace at work, which goes on where it leads.
    ///
    /// - Throws: ``WebClientError``, or `CancellationError`.
    public func send(_ request: WebRequest, to url: String) async throws -> WebReply {
        try await send(request, to: Destination(url: url, isOurs: true), by: client)
    }

    /// Calls an address that somebody else has named, at the very place that the guard has looked at. Keeps no connection,
    /// and tells nothing of the trace at work.
    ///
    /// - Throws: ``WebClientError``, or `CancellationError`.
    public func send(_ request: WebRequest, to destination: GuardedURL) async throws -> WebReply {
        var pinned = configuration.client
        pinned.dnsOverride = [destination.host: destination.address.description]
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: pinned)
        let place = Destination(url: destination.text, isOurs: false)
        let reply = await Result { [self] in try await send(request, to: place, by: client) }
        try? await client.shutdown()
        return try reply.get()
    }

    /// Closes every connection. Calls under way fail.
    public func close() async throws { try await client.shutdown() }

    private func send(
        _ request: WebRequest,
        to destination: Destination,
        by client: HTTPClient
    ) async throws -> WebReply {
        guard ServiceContext.isTraced else {
            return try await exchange(request, destination, in: ServiceContext.current?.traceContext, by: client)
        }
        let span = CallSpan(request, to: destination)
        do {
            let reply = try await exchange(request, destination, in: span.trace, by: client)
            span.end(reply)
            return reply
        } catch {
            span.end(error)
            throw error
        }
    }

    private func exchange(
        _ request: WebRequest,
        _ destination: Destination,
        in trace: TraceContext?,
        by client: HTTPClient
    ) async throws -> WebReply {
        let message = request.message(to: destination.url, in: destination.isOurs ? trace : nil)
        let start = ContinuousClock.now
        do {
            let reply = try await deadline.call { [configuration] in
                let reply = try await client.execute(message, deadline: .distantFuture)
                let body = try await reply.body.collect(upTo: configuration.bodyLimit)
                return WebReply(
                    status: HTTPResponse.Status(code: Int(reply.status.code)),
                    headers: HTTPFields(reply.headers),
                    body: Array(body.readableBytesView),
                    isRepeatable: request.isRepeatable
                )
            }
            metrics.record(start.duration(to: .now), request.method, "\(reply.status.code)")
            return reply
        } catch {
            guard let error = WebClientError(error, repeatable: request.isRepeatable) else { throw CancellationError() }
            metrics.record(start.duration(to: .now), request.method, error.code.rawValue)
            throw error
        }
    }
}

/// Where a call goes, and whether configuration or code has named the place.
struct Destination: Sendable {
    let url: String
    let isOurs: Bool
}

extension WebClientConfiguration {
    fileprivate var client: HTTPClient.Configuration {
        var client = HTTPClient.Configuration()
        client.redirectConfiguration = .disallow
        // In HTTP/2 a status may be any number, and those that are none of three digits end the process: NIO traps.
        client.httpVersion = .http1Only
        client.timeout.connect = TimeAmount(connectTimeout)
        client.connectionPool.idleTimeout = TimeAmount(idleTimeout)
        client.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        // Trying again is the business of a policy around the call.
        client.connectionPool.retryConnectionEstablishment = false
        // Its own spans would hold whole URLs, with whatever is secret in them.
        client.tracing.tracer = nil
        return client
    }
}

extension WebRequest {
    fileprivate func message(to url: String, in trace: TraceContext?) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: url)
        message.method = .RAW(value: method.rawValue)
        for field in headers { message.headers.add(name: field.name.rawName, value: field.value) }
        if let trace {
            message.headers.replaceOrAdd(name: "traceparent", value: trace.header)
            if let state = trace.state { message.headers.replaceOrAdd(name: "tracestate", value: state) }
        }
        if !body.isEmpty { message.body = .bytes(body) }
        return message
    }
}

extension HTTPFields {
    fileprivate init(_ headers: HTTPHeaders) {
        self.init()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { append(HTTPField(name: name, value: value)) }
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
