import NIOSSL

/// The certificate chain and the private key to serve HTTPS with, as PEM files.
public struct TLSFiles: Sendable, Hashable {
    /// The server's certificate first, then those that vouch for it.
    public let certificates: String
    /// The key, not encrypted.
    public let key: String

    /// Names the files, and reads them once so that a mistake shows before anything is served.
    public init(certificates: String, key: String) throws {
        self.certificates = certificates
        self.key = key
        _ = try checked()
    }

    /// The configuration, after a look at whether the key is the certificate's.
    func checked() throws -> TLSConfiguration {
        let configuration = try configuration()
        _ = try NIOSSLContext(configuration: configuration)
        return configuration
    }

    /// TLS 1.2 and 1.3; with 1.2 only suites that have forward secrecy and authenticated encryption.
    func configuration() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(certificates).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: key, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        return configuration
    }
}
