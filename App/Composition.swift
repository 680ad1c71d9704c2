import Auth
import Cache
import EventAdministration
import EventDelivery
import EventOutbox
import EventRelay
import FoundationEssentials
import Idempotency
import Jobs
import Logging
import Mail
import ModuleInterface
import Postgres
import RateLimits
import Reactor
import Redis
import ServiceLifecycle
import Web

/// Puts the program together from its configuration. No behaviour of its own.
struct Composition {
    private(set) var configuration: Configuration
    let logger: Logger
    let database: Database
    /// Nil when none is configured.
    let redis: RedisClient?
    let cache: Cache
    let limiter: RateLimiter
    let outbox: Outbox
    let jobs = JobQueue()
    let mailer: Mailer
    let features: Features
    /// This process, as the others know it.
    let node: NodeIdentity
    /// Ends when this process hears of whatever changes.
    let hearing = AsyncStream<Void>.makeStream()

    init(
        _ configuration: Configuration,
        logger: Logger,
        role: String,
        nodeRoles: Set<NodeIdentity.Role> = []
    ) throws {
        self.configuration = configuration
        node = NodeIdentity(roles: nodeRoles, version: configuration.version)
        self.logger = logger
        var settings = configuration.database
        settings.applicationName = "storytime-\(role)"
        var replica = configuration.replica
        replica?.database.applicationName = "\(settings.applicationName)-replica"
        let loop = try ReactorLoop()
        database = Database(settings, replica: replica, on: loop, logger: logger)
        redis = configuration.redis.map { RedisClient($0, on: loop, logger: logger) }
        cache = Cache(redis: redis, configuration: configuration.cache, logger: logger)
        limiter = RateLimiter(redis: redis, logger: logger)
        outbox = Outbox(database)
        mailer =
            switch configuration.mail {
            case .smtp(let server): Mailer.smtp(server, from: configuration.mailFrom)
            case .directory(let path): Mailer.directory(path, from: configuration.mailFrom)
            }
        features = Features(
            database: database,
            events: outbox.recorder,
            jobs: jobs,
            cache: cache,
            mailer: mailer,
            configuration: configuration,
            logger: logger
        )
    }

    /// Opens the connections that stay open, and makes sure that there are keys to sign with.
    mutating func start() async throws {
        await database.start()
        await cache.start()
        try await features.auth.start()
        let secrets = try await database.read("SELECT bytes FROM web.secret WHERE name = 'cursors'")
        configuration.web.cursorSecret = try secrets.first.map { [UInt8](try $0["bytes"] as Data) }
    }

    /// Brings events to the listeners, and to a broker where there is one. On a node that only answers requests: to those
    /// in memory, and wakes the others.
    var deliveries: [any Service] {
        let delivery = OutboxDelivery(
            outbox,
            listeners: listeners,
            configuration: configuration.outbox,
            node: node,
            logger: logger,
            hearing: { [cache, began = hearing.continuation] in
                cache.forgetMemory()
                began.finish()
            }
        )
        guard let relay = configuration.relay, node.roles.contains(.delivery) else { return [delivery] }
        return [delivery, RelayDelivery(relay, beside: delivery, logger: logger)]
    }

    /// Does what leaves Postgres.
    var worker: JobWorker {
        JobWorker(
            queue: jobs,
            database: database,
            handlers: features.all.flatMap(\.jobs),
            configuration: configuration.jobs,
            logger: logger
        )
    }

    /// What is done behind the API, besides bringing events to listeners.
    var chores: [any Service] {
        [replays, worker, KeySweeper(database, retention: configuration.idempotencyKeys, logger: logger)]
    }

    /// Every listener of the program.
    var listeners: [Listener] { features.all.flatMap(\.listeners) + [configuration.relay?.listener].compactMap { $0 } }

    /// What operators do with the outbox.
    var operations: OutboxOperations {
        let relays = configuration.relay.map { [$0.listener.name: $0.publishAgain] }
        return OutboxOperations(database, listeners: listeners, relays: relays ?? [:])
    }

    /// Drives the replays that nobody waits for.
    var replays: ReplayRunner { ReplayRunner(operations, logger: logger) }

    /// The same operations over HTTP.
    private var administration: OutboxRoutes {
        OutboxRoutes(
            operations,
            catalog: Features.catalog,
            listeners: listeners,
            configuration: configuration.outbox
        )
    }

    /// Serves the API.
    var web: WebServer {
        WebServer(
            features.all.map(\.endpoints) + [administration.group],
            authenticator: features.auth.authenticator,
            healthChecks: healthChecks,
            limits: rateLimits,
            layers: [readYourWrites.layer],
            configuration: configuration.web,
            logger: logger,
            describe: { ($0 as? DatabaseError)?.problem },
            onReady: { [logger] port in logger.notice("listening", metadata: ["port": "\(port)"]) }
        )
    }
}

extension DatabaseError {
    /// What clients are told of a failure of the database; nil when it is nobody's business but ours.
    fileprivate var problem: Problem? {
        if code == .commitUnknown {
            return Problem(
                .serviceUnavailable,
                "Whether this was done is not known; look before trying again",
                retryAfter: 1
            )
        }
        guard isTransient else { return nil }
        return Problem(.serviceUnavailable, "The database is busy or away for a moment; try again", retryAfter: 1)
    }
}
