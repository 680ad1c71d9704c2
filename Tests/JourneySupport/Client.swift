import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import StrictJSON

/// Talks JSON to a server, signed in or not.
package struct Client: Sendable {
    /// The port on this machine.
    package let port: Int
    /// The access token, once signed in.
    package let token: String?

    /// A client of the server behind a port.
    package init(port: Int, token: String? = nil) {
        self.port = port
        self.token = token
    }

    // Never shut down: it lives as long as the tests do.
    private static let http = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(configuration: configuration)
    }()

    /// Sends a request and reads the whole answer; throws only when there is none.
    package func callAsFunction(
        _ method: String,
        _ path: String,
        _ json: JSON? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        if json != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await send(method, path, json?.bytes, headers: headers)
    }

    /// Sends bytes as they are.
    package func send(
        _ method: String,
        _ path: String,
        _ body: [UInt8]?,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await Self.http.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 22)
        let fields = Dictionary(grouping: response.headers, by: { $0.name.lowercased() }).mapValues { $0.map(\.value) }
        return Answer(
            request: "\(method) \(path)",
            status: Int(response.status.code),
            headers: fields,
            body: Array(bytes.readableBytesView)
        )
    }

    /// A GET that must succeed.
    package func get(_ path: String) async throws -> JSON { try await self("GET", path).expect(200) }
}
