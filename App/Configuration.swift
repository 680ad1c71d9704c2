import Auth
import Cache
import EventOutbox
import EventRelay
import FoundationEssentials
import Jobs
import Logging
import Mail
import Postgres
import Redis
import Web

/// Everything that can be set from outside.
struct Configuration {
    var database: DatabaseConfiguration
    var replica: ReplicaConfiguration?
    var redis: RedisConfiguration?
    var cache = CacheConfiguration()
    /// The longest wait for a projection.
    var freshness: Duration
    var web = WebConfiguration()
    /// How long answers to requests with a key are kept for repeats.
    var idempotencyKeys: Duration
    var rateLimits: RateLimitConfiguration
    var outbox = OutboxConfiguration()
    var jobs = JobConfiguration()
    var health: HealthLimits
    /// How long a graceful stop may take in all.
    var shutdownLimit: Duration
    var auth: AuthConfiguration
    var publicURL: String
    var mail: MailRoute
    var mailFrom: MailAddress
    /// Where events are published to; nil without a broker.
    var relay: Relay?
    var logLevel: Logger.Level
    var telemetry: TelemetryConfiguration
    /// Which build this is, for operators.
    var version: String
    /// What looks like a setting and is none.
    var warnings: [String]

    /// Reads the environment. Throws every mistake at once.
    init(_ variables: [String: String]) throws {
        var environment = Environment(variables)
        self = try Configuration(reading: &environment)
    }

    /// Reads the environment, which afterwards knows every setting.
    init(reading environment: inout Environment) throws {
        let url = environment.required("STORYTIME_DATABASE_URL", secret: true, "the database, postgresql://…")
        let database = Self.parse(&environment, "STORYTIME_DATABASE_URL", url) { try DatabaseConfiguration(url: $0) }
        replica = Self.replica(&environment)
        redis = Self.redis(&environment)
        cache.memory =
            environment.integer(
                "STORYTIME_CACHE_MEGABYTES",
                default: cache.memory >> 20,
                in: 1...65_536,
                "what a node keeps of costly reads in its memory, at most"
            ) << 20
        rateLimits = Self.rateLimits(&environment)
        freshness = environment.seconds(
            "STORYTIME_FRESHNESS_LIMIT",
            default: 0.5,
            "longest wait of a request with Storytime-Wait-For, in seconds"
        )
        web = Self.web(&environment)
        idempotencyKeys = Self.idempotencyKeys(&environment)
        shutdownLimit = Self.shutdownLimit(&environment, after: web.shutdownDelay)
        let here = "http://\(web.host):\(web.port)"
        publicURL = environment.text("STORYTIME_PUBLIC_URL", default: here, "where browsers find the product")
        web.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        auth = Self.auth(&environment, at: publicURL)
        let sender = Self.sender(&environment)
        mail = Self.mail(&environment)
        outbox = Self.outbox(&environment)
        jobs.concurrency = environment.integer(
            "STORYTIME_JOB_CONCURRENCY",
            default: jobs.concurrency,
            in: 1...64,
            "jobs that run at once"
        )
        relay = Self.relay(&environment)
        health = Self.health(&environment)
        version = environment.text("STORYTIME_VERSION", default: Build.date, "which build this is, for operators")
        logLevel = environment.choice("STORYTIME_LOG_LEVEL", default: .info, "how much is logged")
        telemetry = TelemetryConfiguration(&environment)
        warnings = environment.warnings
        guard environment.errors.isEmpty, let database, let sender else {
            throw ConfigurationError(errors: environment.errors)
        }
        self.database = database
        mailFrom = sender
    }

    private static func shutdownLimit(_ environment: inout Environment, after delay: Duration) -> Duration {
        let limit = environment.seconds(
            "STORYTIME_SHUTDOWN_LIMIT",
            default: 25,
            "seconds after which a stop is no longer graceful, the delay included"
        )
        if limit <= delay { environment.refuse("STORYTIME_SHUTDOWN_LIMIT", "must be above STORYTIME_SHUTDOWN_DELAY") }
        return limit
    }

    private static func auth(_ environment: inout Environment, at publicURL: String) -> AuthConfiguration {
        var auth = AuthConfiguration(publicURL: publicURL)
        let name = "STORYTIME_AUTH_SECRET"
        guard let text = environment.text(name, secret: true, "base64 of 32 random bytes that tokens come from") else {
            return auth
        }
        auth.secret = Data(base64Encoded: text).map { [UInt8]($0) }
        if (auth.secret?.count ?? 0) < 32 {
            environment.refuse(name, "must be base64 of at least 32 bytes, as `openssl rand -base64 32` prints")
        }
        return auth
    }

    private static func replica(_ environment: inout Environment) -> ReplicaConfiguration? {
        let name = "STORYTIME_DATABASE_REPLICA_URL"
        let url = environment.text(name, secret: true, "a standby for reads that may be a little old, postgresql://…")
        let staleness = environment.seconds(
            "STORYTIME_DATABASE_REPLICA_STALENESS",
            default: 5,
            "how old what the standby shows may be, in seconds"
        )
        let database = parse(&environment, name, url ?? "") { try DatabaseConfiguration(url: $0) }
        return database.map { ReplicaConfiguration($0, staleness: staleness) }
    }

    private static func redis(_ environment: inout Environment) -> RedisConfiguration? {
        let name = "STORYTIME_REDIS_URL"
        let meaning = "a Redis for what nodes share, cache and rate limits, redis://… or unix://…"
        let url = environment.text(name, secret: true, meaning)
        return parse(&environment, name, url ?? "") { try RedisConfiguration(url: $0) }
    }

    static func parse<Value>(
        _ environment: inout Environment,
        _ name: String,
        _ text: String,
        _ parse: (String) throws -> Value
    ) -> Value? {
        guard !text.isEmpty else { return nil }
        do {
            return try parse(text)
        } catch {
            environment.refuse(name, "\(error)")
            return nil
        }
    }
}
