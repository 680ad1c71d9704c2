import CCurl

extension CurlHandle {
    /// Says where to go, as whom, and how long it may take.
    func connect(by configuration: SMTPConfiguration) throws(CurlFailure) {
        let scheme = configuration.encryption == .implicit ? "smtps" : "smtp"
        let path = configuration.clientName ?? ""
        try set(CURLOPT_URL, to: "\(scheme)://\(configuration.host):\(configuration.port)/\(path)")
        try set(CURLOPT_USE_SSL, to: Int(configuration.encryption.level.rawValue))
        if let file = configuration.certificateAuthority { try set(CURLOPT_CAINFO, to: file) }
        if let login = configuration.login {
            try set(CURLOPT_USERNAME, to: login.user)
            try set(CURLOPT_PASSWORD, to: login.password)
        }
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: configuration.connectTimeout.milliseconds)
        try set(CURLOPT_TIMEOUT_MS, to: configuration.timeout.milliseconds)
        // Threads and signals do not mix, and proxies named in the environment are for the web.
        try set(CURLOPT_NOSIGNAL, to: 1)
        try set(CURLOPT_PROXY, to: "")
    }

    /// MAIL, RCPT and DATA.
    ///
    /// The size goes along, so that a server can refuse what is too long before it travels.
    mutating func load(_ envelope: SMTPEnvelope) throws(CurlFailure) {
        try set(CURLOPT_UPLOAD, to: 1)
        try set(CURLOPT_INFILESIZE, to: envelope.content.utf8.count)
        try set(CURLOPT_MAIL_FROM, to: "<\(envelope.sender)>")
        try setRecipient("<\(envelope.recipient)>")
    }

    /// NOOP, after the greeting and the login.
    func ask() throws(CurlFailure) {
        try set(CURLOPT_NOBODY, to: 1)
        try set(CURLOPT_CUSTOMREQUEST, to: "NOOP")
    }
}

extension SMTPConfiguration.Encryption {
    fileprivate var level: curl_usessl {
        switch self {
        case .none: CURLUSESSL_NONE
        case .opportunistic: CURLUSESSL_TRY
        case .required, .implicit: CURLUSESSL_ALL
        }
    }
}

extension Duration {
    /// At least one: to libcurl, zero means "for ever".
    fileprivate var milliseconds: Int { max(1, Int(self / .milliseconds(1))) }
}
