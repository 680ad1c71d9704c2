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

    /// Where mails go.
    enum MailRoute {
        case smtp(SMTPConfiguration)
        /// Into a folder, one `.eml` file each: the default without a server.
        case directory(String)
    }

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
        shutdownLimit = environment.seconds(
            "STORYTIME_SHUTDOWN_LIMIT",
            default: 25,
            "seconds after which a stop is no longer graceful, the delay included"
        )
        if shutdownLimit <= web.shutdownDelay {
            environment.refuse("STORYTIME_SHUTDOWN_LIMIT", "must be above STORYTIME_SHUTDOWN_DELAY")
        }
        let here = "http://\(web.host):\(web.port)"
        publicURL = environment.text("STORYTIME_PUBLIC_URL", default: here, "where browsers find the product")
        web.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        auth = AuthConfiguration(publicURL: publicURL)
        if let text = environment.text(
            "STORYTIME_AUTH_SECRET",
            secret: true,
            "base64 of 32 random bytes that tokens come from"
        ) {
            auth.secret = Data(base64Encoded: text).map { [UInt8]($0) }
            if (auth.secret?.count ?? 0) < 32 {
                environment.refuse(
                    "STORYTIME_AUTH_SECRET",
                    "must be base64 of at least 32 bytes, as `openssl rand -base64 32` prints"
                )
            }
        }
        let from = environment.text("STORYTIME_MAIL_FROM", default: "hello@storytime.example", "sender of mails")
        let sender = Self.parse(&environment, "STORYTIME_MAIL_FROM", from) { try MailAddress($0, name: "Storytime") }
        let folder = environment.text(
            "STORYTIME_MAIL_DIRECTORY",
            default: ".local/mail",
            "folder for mails without a server"
        )
        mail = .directory(folder)
        if let server = environment.text(
            "STORYTIME_SMTP_URL",
            secret: true,
            "mail server, smtp[s]://user:password@host:port"
        ) {
            if let smtp = Self.parse(&environment, "STORYTIME_SMTP_URL", server, { try SMTPConfiguration(url: $0) }) {
                mail = .smtp(smtp)
            }
        }
        outbox.concurrency = environment.integer(
            "STORYTIME_OUTBOX_CONCURRENCY",
            default: outbox.concurrency,
            in: 1...64,
            "lanes of listeners that run at once"
        )
        outbox.batch = environment.integer(
            "STORYTIME_OUTBOX_BATCH",
            default: outbox.batch,
            in: 1...10_000,
            "events a lane takes in one transaction"
        )
        outbox.retention = Self.retention(&environment)
        outbox.poll = environment.seconds(
            "STORYTIME_OUTBOX_POLL",
            default: outbox.poll / .seconds(1),
            "seconds after which a node looks for events that it was not told of"
        )
        outbox.lease = environment.seconds(
            "STORYTIME_OUTBOX_LEASE",
            default: outbox.lease / .seconds(1),
            "seconds without a sign of life after which another node sequences"
        )
        outbox.renewal = outbox.lease / 4
        if !(.milliseconds(200)...(.seconds(60))).contains(outbox.lease) {
            environment.refuse("STORYTIME_OUTBOX_LEASE", "must be from 0.2 to 60 seconds")
        }
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

    private static func retention(_ environment: inout Environment) -> RetentionPolicy {
        var policy = RetentionPolicy()
        let days = environment.integer(
            "STORYTIME_RETENTION_DAYS",
            default: 30,
            in: 1...36_500,
            "days for which events are kept at least"
        )
        policy.age = .seconds(days * 86_400)
        let gigabytes = environment.integer(
            "STORYTIME_RETENTION_GIGABYTES",
            default: 0,
            in: 0...1_000_000,
            "size from which on handled events go earlier than that; 0 is no limit"
        )
        policy.bytes = gigabytes == 0 ? nil : gigabytes << 30
        policy.archive = environment.text("STORYTIME_ARCHIVE_DIRECTORY", "folder where events are archived first")
        policy.partitionSize = environment.integer(
            "STORYTIME_PARTITION_EVENTS",
            default: policy.partitionSize,
            in: 50_000...100_000_000,
            "events a partition; they are dropped in whole partitions"
        )
        let hours = environment.integer(
            "STORYTIME_PARTITION_HOURS",
            default: 24,
            in: 1...8_760,
            "hours after which a partition ends although it is not full"
        )
        policy.partitionAge = .seconds(hours * 3_600)
        return policy
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
