import AsyncHTTPClient
import FoundationEssentials
import HTTPTypes
import Identifiers
import InMemoryLogging
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import StrictJSON
import Testing

@testable import Web

/// A server with the sample API on a free port, and the ways to talk to it.
struct Harness: Sendable {
    var api = SampleRoutes()
    var configuration = WebConfiguration()
    var checks: [HealthCheck] = []
    var limits: RateLimiting?
    var layers: [Layer] = []
    var more: [EndpointGroup] = []
    let log = InMemoryLogHandler()

    static let user = UserID.new()

    func run(_ body: @escaping @Sendable (Client) async throws -> Void) async throws {
        var configuration = configuration
        configuration.port = 0
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        let server = WebServer(
            api.groups + [api.faults, api.streams] + more,
            authenticator: Self.authenticator,
            healthChecks: checks,
            limits: limits,
            layers: layers,
            configuration: configuration,
            logger: logger,
            describe: { error in
                error is DatabaseTimeout ? Problem(.serviceUnavailable, "Try again", retryAfter: 2) : nil
            }
        )
        try await server.serving { port in try await body(Client(port: port)) }
    }

    /// Knows `parent` and `administrator`; `old` has expired.
    private static let authenticator = Authenticator { token in
        switch token {
        case "old": throw Problem(.tokenExpired)
        default:
            guard let role = Role(rawValue: token) else { throw Problem(.invalidToken) }
            return Identity(user: user, session: UUID(), role: role)
        }
    } owner: { token in
        Role(rawValue: token) == nil ? nil : user
    }
}

/// Sends requests and reads whole replies.
struct Client: Sendable {
    let port: Int

    /// Shows bodies as they came, which the shared client does not: it asks for compressed ones and unpacks them.
    private static let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: .init())

    struct Answer: Sendable {
        let status: Int
        let headers: [String: [String]]
        let bytes: [UInt8]

        var json: JSON { (try? JSON(parsing: bytes)) ?? .null }

        subscript(header: String) -> String? { headers[header.lowercased()]?.joined(separator: " | ") }

        /// The code of the problem, after a look at everything that every problem has.
        var problem: String? {
            let isWhole =
                self["content-type"] == "application/problem+json" && json["status"]?.integer == status
                && json["requestId"]?.string == self["x-request-id"] && json["type"]?.string != nil
                && json["title"]?.string != nil && json["detail"]?.string != nil && json["instance"]?.string != nil
            return isWhole ? json["code"]?.string : nil
        }

        /// `pointer or parameter: code` of every error.
        var errors: [String] {
            (json["errors"]?.array ?? []).map {
                ($0["pointer"]?.string ?? $0["parameter"]?.string ?? "?") + ": " + ($0["code"]?.string ?? "?")
            }
        }
    }

    func callAsFunction(
        _ method: String,
        _ path: String,
        token: String? = nil,
        headers: [String: String] = [:],
        json: String? = nil
    ) async throws -> Answer {
        var headers = headers
        if json != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await send(method, path, token, headers, json.map { .bytes(ByteBuffer(string: $0)) })
    }

    func send(
        _ method: String,
        _ path: String,
        _ token: String?,
        _ headers: [String: String],
        _ body: HTTPClientRequest.Body?
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .RAW(value: method)
        request.body = body
        // A connection that is kept may lead to a server of another test, gone by now, that had the same port.
        if headers["Connection"] == nil { request.headers.add(name: "Connection", value: "close") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await Self.http.execute(request, timeout: .seconds(20))
        let buffer = try await response.body.collect(upTo: 1 << 22)
        let fields = Dictionary(grouping: response.headers, by: { $0.name.lowercased() }).mapValues { $0.map(\.value) }
        return Answer(status: Int(response.status.code), headers: fields, bytes: Array(buffer.readableBytesView))
    }
}
