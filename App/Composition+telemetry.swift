import Cache
import EventOutbox
import HTTPTypes
import Jobs
import Logging
import Machine
import Postgres
import RateLimits
import Redis
import Telemetry
import Web

extension Composition {
    /// Serves `/metrics`, to nobody but who can reach the admin port.
    func admin(_ admin: (host: String, port: Int), _ registry: MetricsRegistry) -> WebServer {
        collect(into: registry)
        var web = WebConfiguration()
        (web.host, web.port) = admin
        web.title = "Storytime's admin port"
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        return WebServer(
            [EndpointGroup("Metrics", "What the program counts.", [Self.metrics(registry)])],
            authenticator: .denyingAll,
            healthChecks: healthChecks,
            configuration: web,
            logger: quiet,
            onReady: { [logger] port in logger.info("admin port open", metadata: ["port": "\(port)"]) }
        )
    }

    private static func metrics(_ registry: MetricsRegistry) -> Endpoint {
        Endpoint(
            .get,
            "/metrics",
            "metrics",
            "Everything that is counted, for Prometheus",
            access: .anyone,
            returns: .bytes("text/plain; version=0.0.4; charset=utf-8")
        ) { _ in .ok(Bytes(await registry.families().prometheusText)) }
    }

    /// What is looked up when somebody asks.
    private func collect(into registry: MetricsRegistry) {
        var build = MetricFamily("storytime_build_info", .gauge, "1, by the build that runs.")
        build.add(1, ["version": configuration.version])
        registry.collect("build") { [build] in [build] }
        registry.collect("process", ProcessMetrics.collect)
        registry.collect("disk") { DiskSpace(at: ".")?.families ?? [] }
        registry.collect("cache") { [cache] in cache.families }
        registry.collect("limits") { [limiter] in limiter.numbers.families }
        if let redis { registry.collect("redis") { await redis.numbers.families } }
        registry.collect("database") { [database] in await database.poolNumbers.families }
        registry.collect("outbox") { [operations] in try await operations.status().families }
        registry.collect("jobs") { [database] in try await JobNumbers(of: database).families }
    }
}
