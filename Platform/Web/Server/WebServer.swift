import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// Serves endpoints over HTTP, with health and the OpenAPI document.
///
/// On graceful shutdown it first says "not ready", waits for load balancers to notice, then stops listening and finishes the
/// requests at work, which their deadline bounds.
public struct WebServer: Service {
    /// The API as it is described to clients: OpenAPI 3.1 in JSON.
    public let document: [UInt8]
    let responder: WebResponder
    let configuration: WebConfiguration
    let lifecycle: Lifecycle
    let certificate: LiveCertificate?
    let logger: Logger
    var onReady: @Sendable (_ port: Int) async -> Void
    /// How the shutdown delay passes.
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// A server for these groups.
    ///
    /// - Parameters:
    ///   - limits: What clients may do how often; health and the OpenAPI document are exempt.
    ///   - layers: Around every handler of the groups, the first one outermost.
    ///   - describe: What to tell clients about errors of the platform, such as a database that does not answer; an error that
    ///     nobody describes is a bare 500.
    ///   - onReady: Called with the bound port once the server listens.
    /// - Precondition: every operation id, and every method with its path, is unique.
    public init(
        _ groups: [EndpointGroup],
        authenticator: Authenticator,
        healthChecks: [HealthCheck] = [],
        limits: RateLimiting? = nil,
        layers: [Layer] = [],
        configuration: WebConfiguration = WebConfiguration(),
        logger: Logger,
        describe: @escaping @Sendable (any Error) -> Problem? = { _ in nil },
        onReady: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        let deadlines = Deadlines()
        let lifecycle = Lifecycle()
        let health = HealthMonitor(
            healthChecks,
            authenticator: authenticator,
            lifecycle: lifecycle,
            deadlines: deadlines,
            logger: logger
        )
        let replies = SharedReplies(room: configuration.sharedReplies)
        let described =
            groups.map { group in
                let endpoints = group.endpoints.map { $0.keeping(in: replies).inside(layers) }
                let counted = limits == nil ? endpoints : endpoints.map { $0.counted() }
                return EndpointGroup(group.name, group.description, counted)
            } + [health.group]
        let description = OpenAPI.described(described, as: configuration)
        document = description.document
        let served =
            described.flatMap(\.endpoints) + description.group.endpoints.map { $0.keeping(in: replies) }
        responder = WebResponder(
            routes: RouteTable(served),
            authenticator: authenticator,
            limits: limits,
            describe: describe,
            configuration: configuration,
            deadlines: deadlines,
            seal: CursorSeal(secret: configuration.cursorSecret),
            logger: logger
        )
        self.configuration = configuration
        self.lifecycle = lifecycle
        certificate = configuration.tls.map { LiveCertificate($0, logger: logger) }
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until graceful shutdown or cancellation.
    public func run() async throws {
        let group = ServiceGroup(configuration: groupConfiguration)
        // Detached: inside this task's tree the application would stop listening at the first sign of the shutdown, before
        // anyone could notice that it is not ready any more.
        let serving = Task.detached { try await group.run() }
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup { tasks in
                tasks.addTask { await responder.deadlines.run() }
                tasks.addTask { await certificate?.follow(every: configuration.certificateCheck) }
                tasks.addTask { try await stopGracefully(group) }
                defer { tasks.cancelAll() }
                try await serving.value
            }
        } onCancel: {
            serving.cancel()
        }
    }

    private func stopGracefully(_ group: ServiceGroup) async throws {
        try await gracefulShutdown()
        lifecycle.drain()
        logger.info("Draining before the listener closes")
        try await pause(configuration.shutdownDelay)
        // A connection accepted at the very moment the listener closes would be handed to nobody and hang. So connections
        // are turned away first, and those accepted before that get a moment to reach the server.
        lifecycle.close()
        try await Task.sleep(for: .milliseconds(50))
        await group.triggerGracefulShutdown()
    }

    private var groupConfiguration: ServiceGroupConfiguration {
        var group = ServiceGroupConfiguration(services: [application], logger: logger)
        group.maximumGracefulShutdownDuration = configuration.requestDeadline + .seconds(5)
        return group
    }

    private var application: some Service {
        let onReady = onReady
        return Application(
            responder: responder,
            server: serverBuilder,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: nil,
                backlog: 1_024
            ),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? configuration.port) },
            logger: logger
        )
    }
}
