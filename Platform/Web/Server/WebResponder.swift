import HTTPTypes
import Hummingbird
import HummingbirdCore
import Identifiers
import Logging
import Metrics
import NIOCore
import Origin

/// The outermost layer: whatever happens inside, a reply leaves here, complete and logged.
struct WebResponder: HTTPResponder {
    typealias Context = WebContext

    let routes: RouteTable
    let authenticator: Authenticator
    let limits: RateLimiting?
    let describe: @Sendable (any Error) -> Problem?
    let configuration: WebConfiguration
    let deadlines: Deadlines
    let seal: CursorSeal
    let metrics = RequestMetrics()
    let logger: Logger

    func respond(to request: HummingbirdCore.Request, context: WebContext) async throws -> HummingbirdCore.Response {
        let destination = Destination(request.head, in: routes)
        let (head, body) = (request.head, request.body)
        let exchange = Exchange(head, body, to: destination, over: context.channel, configuration, logger)
        return await response(to: exchange).hummingbird(withoutBody: exchange.head.method == .head)
    }

    /// The exchange of a request for what everybody shares, whose reply is never a stream; nil for any other request.
    func sharedExchange(_ head: HTTPRequest, over channel: any Channel) -> Exchange? {
        guard head.method == .get || head.method == .head, !head.announcesBody else { return nil }
        let destination = Destination(head, in: routes)
        guard destination.route?.endpoint.sharing != nil else { return nil }
        let nothing = HummingbirdCore.RequestBody(buffer: ByteBuffer())
        return Exchange(head, nothing, to: destination, over: channel, configuration, logger)
    }

    /// The reply, counted and logged.
    func response(to exchange: Exchange) async -> Response {
        metrics.active.increment()
        defer { metrics.active.decrement() }
        let span = RequestSpan(exchange.head)
        return await span.run {
            let response = await reply(to: exchange)
            record(response, exchange)
            span.end(exchange, response.status)
            return response
        }
    }

    /// The reply, complete.
    private func reply(to exchange: Exchange) async -> Response {
        var response: Response
        do {
            response = try await answer(exchange)
        } catch {
            response = problem(for: error, exchange).response(
                instance: String(exchange.path),
                requestID: exchange.identifier.text
            )
        }
        response.headers[.requestID] = exchange.identifier.text
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = exchange.cacheControl(response) }
        response.addSecurityHeaders()
        CrossOrigin(origins: configuration.origins).open(&response, to: exchange.head.headerFields)
        response.chooseVariant(for: exchange.head)
        return response
    }

    /// Finds out who answers, reads the body in any case so that the connection stays good, and lets the endpoint answer.
    private func answer(_ exchange: Exchange) async throws -> Response {
        let plan = Result { () throws(Problem) -> Plan in try self.plan(exchange) }
        let isWanted = exchange.route?.endpoint.accepts != nil
        let limit = configuration.bodyLimit
        let body = try await exchange.readBody(keeping: isWanted, limit: limit, deadlines: deadlines)
        switch plan {
        case .failure(let problem): return try await counted(exchange, nil, nil) { throw problem }
        case .success(.reply(let response)): return response
        case .success(.ask(let route)): return try await ask(route, body, exchange)
        }
    }

    /// Everything that may wait happens inside the deadline, proving the identity included.
    private func ask(_ route: Route, _ body: [UInt8], _ exchange: Exchange) async throws -> Response {
        let ownDeadline = exchange.start.advanced(by: route.endpoint.ownDeadline ?? .zero)
        let result = await deadlines.value(by: max(exchange.deadline, ownDeadline)) {
            await Result {
                let identity: Identity?
                do {
                    identity = try await self.identity(for: route.endpoint.access, exchange.head.headerFields)
                } catch {
                    return try await counted(exchange, nil, nil) { throw error }
                }
                return try await counted(exchange, route, identity) {
                    let body = try exchange.decoded(body, for: route.endpoint.accepts, limit: configuration.bodyLimit)
                    let request = try self.request(route, identity, body, exchange)
                    return try await exchange.origin(identity).run {
                        try await route.endpoint.handler(request).linked(from: exchange)
                    }
                }
            }
        }
        guard let result else {
            throw Problem(.deadlineExceeded, "The answer was not ready in time; try again", retryAfter: 1)
        }
        return try result.get()
    }

    /// Answers a request, which counts against its sender's limits: one without an endpoint for it against its address'.
    private func counted(
        _ exchange: Exchange,
        _ route: Route?,
        _ identity: Identity?,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        guard let limits, exchange.route?.endpoint.isCounted ?? true else { return try await answer() }
        var user = identity?.user
        if user == nil { user = await owner(asking: route?.endpoint, exchange.head.headerFields) }
        let asker = RateLimiting.Asker(route: route, user: user, address: exchange.clientAddress)
        return try await limits.count(asker, answer)
    }

    /// The account that asks for what is open to anyone: its requests are its own, and not those of everybody at its address.
    /// Not of what has a limit of its own, such as signing in: there one machine could take as many tries as it has accounts.
    private func owner(asking endpoint: Endpoint?, _ headers: HTTPFields) async -> UserID? {
        guard let endpoint, endpoint.limit == nil, let token = headers[.authorization].flatMap(Self.bearerToken) else {
            return nil
        }
        return await authenticator.owner(token)
    }

    /// What the client is told about an error, which is logged here and nowhere else if it is ours.
    private func problem(for error: any Error, _ exchange: Exchange) -> Problem {
        if let known = (error as? any ProblemConvertible)?.problem, known.code.status.kind != .serverError {
            return known
        }
        let problem = (error as? any ProblemConvertible)?.problem ?? describe(error) ?? Problem(.internal)
        if problem.code.status.kind == .serverError {
            exchange.logger.error(
                "Request failed",
                metadata: [
                    "http.route": "\(exchange.route?.endpoint.path ?? "")",
                    "problem": "\(problem.code.name)",
                    "error.type": "\(String(reflecting: type(of: error)))",
                    "error.message": "\(error)",
                ]
            )
        }
        return problem
    }

    private func record(_ response: Response, _ exchange: Exchange) {
        let duration = exchange.start.duration(to: .now)
        metrics.record(
            duration,
            method: exchange.head.method,
            route: exchange.route?.endpoint.path,
            status: response.status,
            requestBytes: exchange.head.headerFields[.contentLength].flatMap { Int($0) },
            responseBytes: response.body.count
        )
        logger.info(
            "Request",
            metadata: [
                "request_id": "\(exchange.identifier.text)",
                "http.request.method": "\(exchange.head.method)",
                "http.route": "\(exchange.route?.endpoint.path ?? "")",
                "http.response.status_code": .stringConvertible(response.status.code),
                "duration_ms": .stringConvertible((duration / .microseconds(1)).rounded() / 1000),
            ]
        )
    }
}

extension Exchange {
    /// What belongs to one account may be kept by its own client, which has to ask each time whether it still holds;
    /// what administrators see, and whatever else does not say, is not kept.
    fileprivate func cacheControl(_ response: Response) -> String? {
        guard response.status == .ok, let route, route.endpoint.method == .get else { return nil }
        switch route.endpoint.access {
        case .account, .parent: return "private, no-cache"
        case .anyone, .administrator: return nil
        }
    }
}

extension Result where Failure == any Error {
    init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
