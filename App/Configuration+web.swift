import Addresses
import Web

extension Configuration {
    /// How the API is served.
    static func web(_ environment: inout Environment) -> WebConfiguration {
        var web = WebConfiguration()
        web.host = environment.text("STORYTIME_HOST", default: web.host, "address to listen on")
        web.port = environment.integer("STORYTIME_PORT", default: web.port, in: 0...65_535, "port to listen on")
        web.bodyLimit = environment.integer(
            "STORYTIME_BODY_LIMIT",
            default: web.bodyLimit,
            in: 1_024...(1 << 30),
            "largest request body, in bytes"
        )
        web.headerLimit = environment.integer(
            "STORYTIME_HEADER_LIMIT",
            default: web.headerLimit,
            in: 4_096...(1 << 20),
            "largest header fields of a request, in bytes"
        )
        timeouts(&environment, &web)
        web.trustedProxies = proxies(&environment)
        web.origins = Set(
            environment.list(
                "STORYTIME_CORS_ORIGINS",
                "an origin such as https://app.example.com",
                "web sites whose pages may call the API, separated by commas"
            ) { WebOrigin($0) }
        )
        web.tls = tls(&environment)
        web.certificateCheck = .seconds(
            environment.integer(
                "STORYTIME_TLS_CHECK",
                default: 60,
                in: 1...86_400,
                "seconds between looks at whether certificate or key have changed"
            )
        )
        connections(&environment, &web)
        return web
    }

    /// How long answers are kept for repeats.
    static func idempotencyKeys(_ environment: inout Environment) -> Duration {
        let hours = environment.integer(
            "STORYTIME_IDEMPOTENCY_HOURS",
            default: 24,
            in: 1...8_760,
            "hours for which a request with an Idempotency-Key that is sent again gets the first answer"
        )
        return .seconds(hours * 3_600)
    }

    private static func timeouts(_ environment: inout Environment, _ web: inout WebConfiguration) {
        web.requestDeadline = environment.seconds(
            "STORYTIME_REQUEST_DEADLINE",
            default: web.requestDeadline / .seconds(1),
            "longest request, in seconds"
        )
        web.headTimeout = environment.seconds(
            "STORYTIME_HEAD_TIMEOUT",
            default: web.headTimeout / .seconds(1),
            "longest arrival of a request's header fields, in seconds"
        )
        web.idleTimeout = environment.seconds(
            "STORYTIME_IDLE_TIMEOUT",
            default: web.idleTimeout / .seconds(1),
            "seconds after which a connection without a request is closed"
        )
        web.stallTimeout = environment.seconds(
            "STORYTIME_STALL_TIMEOUT",
            default: web.stallTimeout / .seconds(1),
            "seconds after which a client that does not read is cut off"
        )
        web.shutdownDelay = environment.seconds(
            "STORYTIME_SHUTDOWN_DELAY",
            default: web.shutdownDelay / .seconds(1),
            "seconds to serve on after a stop was asked for, not ready"
        )
    }

    private static func tls(_ environment: inout Environment) -> TLSFiles? {
        let name = "STORYTIME_TLS_CERTIFICATE"
        let certificates = environment.text(name, "PEM file with the certificate chain, for HTTPS and HTTP/2")
        let key = environment.text("STORYTIME_TLS_KEY", "PEM file with its private key")
        guard let certificates, let key else {
            if certificates != nil || key != nil {
                environment.refuse(name, "HTTPS needs both, STORYTIME_TLS_CERTIFICATE and STORYTIME_TLS_KEY")
            }
            return nil
        }
        do {
            return try TLSFiles(certificates: certificates, key: key)
        } catch {
            environment.refuse(name, "\(certificates) and \(key) are not a PEM certificate and its key: \(error)")
            return nil
        }
    }

    private static func connections(_ environment: inout Environment, _ web: inout WebConfiguration) {
        web.connections = environment.integer(
            "STORYTIME_CONNECTIONS",
            default: web.connections,
            in: 10...1_000_000,
            "connections that may be open"
        )
        web.connectionsPerClient = environment.integer(
            "STORYTIME_CONNECTIONS_PER_CLIENT",
            default: web.connectionsPerClient,
            in: 1...1_000_000,
            "how many of them may be one address's"
        )
        web.sharedReplies = environment.integer(
            "STORYTIME_SHARED_REPLY_BYTES",
            default: web.sharedReplies,
            in: 0...(1 << 30),
            "memory for replies that are the same for everybody"
        )
    }

    private static func proxies(_ environment: inout Environment) -> TrustedProxies {
        let ranges = environment.list(
            "STORYTIME_TRUSTED_PROXIES",
            "an address or a range such as 10.0.0.0/8",
            "proxies that may name the client's address, separated by commas"
        ) { AddressRange($0) }
        let field: TrustedProxies.Field = environment.choice(
            "STORYTIME_PROXY_FIELD",
            default: .forwardedFor,
            "header field in which they do"
        )
        return TrustedProxies(ranges, saying: field)
    }
}
