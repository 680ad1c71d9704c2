import FoundationEssentials

extension RabbitMQConfiguration {
    /// Reads `amqp://user:password@host:port/vhost?heartbeat=30`, or `amqps://…`, as RabbitMQ's own tools write it.
    ///
    /// Only the host is required. `amqps` also takes `verify` (`verify_peer`, `verify_none`), `cacertfile`, `certfile`
    /// and `keyfile`; both take `heartbeat` in seconds and `connection_timeout` in milliseconds.
    public init(url: String) throws(RabbitMQError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
            throw .unusable("is not of the form amqp://user:password@host:port/vhost; percent-encode what is special")
        }
        let options = try Self.options(parts)
        let encryption = try Self.encryption(scheme: parts.scheme, options)
        self.init(
            host: host,
            port: parts.port ?? (encryption == nil ? 5672 : 5671),
            virtualHost: try Self.virtualHost(parts),
            encryption: encryption,
            user: parts.user ?? "guest",
            password: parts.password ?? (parts.user == nil ? "guest" : "")
        )
        heartbeat = try Self.number(options, "heartbeat", in: 5...3_600) ?? heartbeat
        let timeout = try Self.number(options, "connection_timeout", in: 1...600_000)
        connectTimeout = timeout.map { .milliseconds($0) } ?? connectTimeout
    }

    private static let names: Set = [
        "heartbeat", "connection_timeout", "verify", "cacertfile", "certfile", "keyfile",
    ]

    private static func options(_ parts: URLComponents) throws(RabbitMQError) -> [String: String] {
        var options: [String: String] = [:]
        for item in parts.queryItems ?? [] {
            guard names.contains(item.name), let value = item.value, !value.isEmpty else {
                throw .unusable("has an unknown or empty option; it may have \(names.sorted().joined(separator: ", "))")
            }
            options[item.name] = value
        }
        return options
    }

    private static func encryption(
        scheme: String?,
        _ options: [String: String]
    ) throws(RabbitMQError) -> Encryption? {
        guard scheme == "amqps" else {
            guard scheme == "amqp" else { throw .unusable("must begin with amqp:// or amqps://") }
            let misplaced = ["verify", "cacertfile", "certfile", "keyfile"].first { options[$0] != nil }
            if let misplaced { throw .unusable("has \(misplaced), which only amqps:// has a use for") }
            return nil
        }
        var encryption = Encryption()
        switch options["verify"] {
        case nil, "verify_peer": break
        case "verify_none": encryption.isVerified = false
        default: throw .unusable("has a verify other than verify_peer and verify_none")
        }
        encryption.authority = options["cacertfile"] ?? encryption.authority
        switch (options["certfile"], options["keyfile"]) {
        case (nil, nil): break
        case (let certificate?, let key?): encryption.identity = .init(certificate: certificate, key: key)
        default: throw .unusable("has one of certfile and keyfile; give both or none")
        }
        return encryption
    }

    private static func number(
        _ options: [String: String],
        _ name: String,
        in range: ClosedRange<Int>
    ) throws(RabbitMQError) -> Int? {
        guard let text = options[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .unusable("has a \(name) that is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A slash within a virtual host's name is written `%2F`; without a path it is the one called `/`.
    private static func virtualHost(_ parts: URLComponents) throws(RabbitMQError) -> String {
        guard !parts.percentEncodedPath.dropFirst().contains("/") else {
            throw .unusable("has a path of several parts; write a slash in the virtual host's name as %2F")
        }
        let name = String(parts.path.dropFirst())
        guard name.utf8.count <= 255 else { throw .unusable("has a virtual host's name of more than 255 bytes") }
        return name.isEmpty ? "/" : name
    }
}

extension RabbitMQError {
    fileprivate static func unusable(_ reason: String) -> RabbitMQError {
        RabbitMQError(.configuration, "url \(reason)")
    }
}
