import AsyncHTTPClient
package import Identifiers
import Logging
import NIOCore
import NIOHTTP1
package import StrictJSON
package import Web

/// Groups of endpoints behind a real server on a free port, and the way to call them. A bearer token is a user's
/// identifier; users are parents unless named as administrators.
package struct TestAPI: Sendable {
    private let port: Int

    /// Serves the groups for the time of one closure.
    package static func serving(
        _ groups: [EndpointGroup],
        administrators: Set<UserID> = [],
        _ body: @escaping @Sendable (TestAPI) async throws -> Void
    ) async throws {
        var configuration = WebConfiguration()
        configuration.port = 0
        let authenticator = Authenticator { token in
            guard let user = UserID(token) else { throw Problem(.invalidToken) }
            let role: Role = administrators.contains(user) ? .administrator : .parent
            return Identity(user: user, session: user.rawValue, role: role)
        }
        let server = WebServer(
            groups,
            authenticator: authenticator,
            configuration: configuration,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
        try await server.serving { port in try await body(TestAPI(port: port)) }
    }

    /// Sends a request and reads the whole answer.
    package func callAsFunction(
        _ method: String,
        _ path: String,
        as user: UserID? = nil,
        headers: [String: String] = [:],
        json: String? = nil
    ) async throws -> TestAnswer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .RAW(value: method)
        // A connection that is kept may lead to a server of another test, gone by now, that had the same port.
        request.headers.add(name: "Connection", value: "close")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let user { request.headers.add(name: "Authorization", value: "Bearer \(user)") }
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: json))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 22)
        let fields = Dictionary(grouping: response.headers, by: { $0.name.lowercased() }).mapValues { $0.map(\.value) }
        return TestAnswer(status: Int(response.status.code), headers: fields, body: Array(body.readableBytesView))
    }
}

/// What came back.
package struct TestAnswer: Sendable {
    /// The status.
    package let status: Int
    /// The fields by lower-case name.
    package let headers: [String: [String]]
    /// The whole body.
    package let body: [UInt8]

    /// The body as JSON; null when it is none.
    package var json: JSON { (try? JSON(parsing: body)) ?? .null }

    /// A header field.
    package subscript(header: String) -> String? { headers[header.lowercased()]?.joined(separator: ", ") }

    /// A member of the body's object.
    package subscript(member name: String) -> JSON? { json[name] }

    /// `status code` of a problem.
    package var problem: String { "\(status) \(json["code"]?.string ?? "-")" }

    /// `place: code` of every field at fault.
    package var errors: [String] {
        (json["errors"]?.array ?? []).map { error in
            let place = error["pointer"]?.string ?? error["parameter"]?.string ?? error["header"]?.string ?? "?"
            return place + ": " + (error["code"]?.string ?? "?")
        }
    }
}
