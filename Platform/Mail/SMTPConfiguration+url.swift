import FoundationEssentials

extension SMTPConfiguration {
    /// Reads `smtp://user:password@host:port/client-name?starttls=required&ca=/path`, or `smtps://…`.
    ///
    /// Only the host is required. Ports default to 25 and 465. STARTTLS defaults to `required` with a password, and to
    /// `opportunistic` without.
    public init(url: String) throws(MailError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
            throw .unusable("url", "is not of the form smtp://user:password@host:port; percent-encode what is special")
        }
        let options = try Self.options(parts)
        self.host = host
        login = parts.user.map { Login(user: $0, password: parts.password ?? "") }
        encryption = try Self.encryption(scheme: parts.scheme, option: options["starttls"], hasLogin: login != nil)
        port = parts.port ?? (encryption == .implicit ? 465 : 25)
        certificateAuthority = options["ca"]
        clientName = try Self.clientName(path: parts.path)
    }

    private static func options(_ parts: URLComponents) throws(MailError) -> [String: String] {
        var options: [String: String] = [:]
        for item in parts.queryItems ?? [] {
            guard ["starttls", "ca"].contains(item.name), let value = item.value, !value.isEmpty else {
                throw .unusable("url", "has an unknown or empty option; it may have starttls and ca")
            }
            options[item.name] = value
        }
        return options
    }

    private static func encryption(scheme: String?, option: String?, hasLogin: Bool) throws(MailError) -> Encryption {
        switch (scheme, option) {
        case ("smtps", nil): return .implicit
        case ("smtps", _?): throw .unusable("url", "is smtps, which has no starttls; drop one of them")
        case ("smtp", nil): return hasLogin ? .required : .opportunistic
        case ("smtp", let option?):
            guard let encryption = Encryption(rawValue: option), encryption != .implicit else {
                throw .unusable("url", "has a starttls other than none, opportunistic or required")
            }
            return encryption
        default: throw .unusable("url", "must begin with smtp:// or smtps://")
        }
    }

    private static func clientName(path: String) throws(MailError) -> String? {
        let name = path.drop { $0 == "/" }
        guard name.utf8.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }) else {
            throw .unusable("url", "has a path that is not a domain name; it is what we call ourselves in EHLO")
        }
        return name.isEmpty ? nil : String(name)
    }
}

extension MailError {
    fileprivate static func unusable(_ field: String, _ reason: String) -> MailError {
        MailError(.invalidConfiguration, field: field, reason: reason)
    }
}
