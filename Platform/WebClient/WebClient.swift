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
        client = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: configuration.client(redirects: configuration.redirects)
        )
        deadline = Deadline(configuration.timeout)
        metrics = CallMetrics(service: service)
    }

    /// Calls an absolute URL and reads the whole reply, whatever its status. The URL comes from configuration or from code;
    /// what a user gave goes through an ``AddressGuard`` first. The call is part of the trace at work.
    ///
    /// - Throws: ``WebClientError``, or `CancellationError`.
    public func send(_ request: WebRequest, to url: String) async throws -> WebReply {
        try await send(request, to: url, in: ServiceContext.current?.traceContext, by: client)
    }

    /// Calls an address that somebody else has named, at the very place that the guard has looked at. Follows no redirect,
    /// keeps no connection, and tells nothing of the trace at work.
    ///
    /// - Throws: ``WebClientError``, or `CancellationError`.
    public func send(_ request: WebRequest, to destination: GuardedURL) async throws -> WebReply {
        var pinned = configuration.client(redirects: 0)
        pinned.dnsOverride = [destination.host: destination.address.description]
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: pinned)
        let reply = await Result { [self] in try await send(request, to: destination.text, in: nil, by: client) }
        try? await client.shutdown()
        return try reply.get()
    }

    /// Closes every connection. Calls under way fail.
    public func close() async throws { try await client.shutdown() }

    private func send(
        _ request: WebRequest,
        to url: String,
        in trace: TraceContext?,
        by client: HTTPClient
    ) async throws -> WebReply {
        let start = ContinuousClock.now
        do {
            let reply = try await deadline.call { [configuration] in
                let reply = try await client.execute(request.message(to: url, in: trace), deadline: .distantFuture)
                let body = try await reply.body.collect(upTo: configuration.bodyLimit)
                return WebReply(
                    status: HTTPResponse.Status(code: Int(reply.status.code)),
                    headers: HTTPFields(reply.headers),
                    body: Array(body.readableBytesView)
                )
            }
            metrics.record(start.duration(to: .now), request.method, "\(reply.status.code)")
            return reply
        } catch {
            guard let error = WebClientError(error) else { throw CancellationError() }
            metrics.record(start.duration(to: .now), request.method, error.code.rawValue)
            throw error
        }
    }
}

extension WebClientConfiguration {
    fileprivate func client(redirects: Int) -> HTTPClient.Configuration {
        var client = HTTPClient.Configuration()
        client.redirectConfiguration = redirects == 0 ? .disallow : .follow(max: redirects, allowCycles: false)
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
