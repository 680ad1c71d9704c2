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
        web.requestDeadline = environment.seconds(
            "STORYTIME_REQUEST_DEADLINE",
            default: 30,
            "longest request, in seconds"
        )
        web.shutdownDelay = environment.seconds(
            "STORYTIME_SHUTDOWN_DELAY",
            default: 0,
            "seconds to serve on after a stop was asked for, not ready"
        )
        web.trustedProxies = proxies(&environment)
        return web
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
