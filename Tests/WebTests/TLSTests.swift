import AsyncHTTPClient
import Foundation
import InMemoryLogging
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct TLSTests {
    /// A certificate for one test, and its key.
    private static func files() throws -> (certificate: String, key: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (certificate, key) = (folder.appending(path: "cert.pem").path, folder.appending(path: "key.pem").path)
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/openssl")
        openssl.arguments =
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 2"
            .split(separator: " ").map(String.init) + ["-keyout", key, "-out", certificate]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        return (certificate, key)
    }

    private static func serve(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (certificate, key) = try files()
        var harness = Harness()
        harness.configuration.bodyLimit = 1_000
        harness.configuration.tls = try TLSFiles(certificates: certificate, key: key)
        try await harness.run { try await body($0.port) }
    }

    private static func client(_ version: HTTPClient.Configuration.HTTPVersion, _ tls: TLSVersion? = nil) -> HTTPClient
    {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = version
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.certificateVerification = .none
        configuration.tlsConfiguration?.maximumTLSVersion = tls
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    @Test(arguments: [true, false]) func `clients choose between HTTP/2 and HTTP/1.1`(isNew: Bool) async throws {
        try await Self.serve { port in
            let client = Self.client(isNew ? .automatic : .http1Only)
            let url = "https://127.0.0.1:\(port)"
            for (path, status) in [("/v1/hello", 200), ("/nothing", 404), ("/count", 200)] {
                let answer = try await client.execute(HTTPClientRequest(url: url + path), timeout: .seconds(20))
                #expect(answer.version == (isNew ? .http2 : .http1_1))
                #expect(Int(answer.status.code) == status)
                #expect(answer.headers.first(name: "x-request-id") != nil)
                _ = try await answer.body.collect(upTo: 1 << 20)
            }
            try await client.shutdown()
        }
    }

    @Test func `a stream that ends early leaves its connection alone`() async throws {
        try await Self.serve { port in
            let client = Self.client(.automatic)
            let url = "https://127.0.0.1:\(port)/v1/webhooks"
            for (count, status) in [(1_001, 413), (10, 200), (1_001, 413), (10, 200)] {
                var request = HTTPClientRequest(url: url)
                request.method = .POST
                request.headers.add(name: "Content-Type", value: "application/vnd.sample")
                request.body = .bytes(ByteBuffer(repeating: 0x61, count: count))
                let answer = try await client.execute(request, timeout: .seconds(20))
                #expect(Int(answer.status.code) == status)
                #expect(answer.headers.first(name: "connection") == nil)
                _ = try await answer.body.collect(upTo: 1 << 20)
            }
            try await client.shutdown()
        }
    }

    @Test func `an old version of TLS is not spoken`() async throws {
        try await Self.serve { port in
            for (version, isSpoken) in [(TLSVersion.tlsv11, false), (.tlsv12, true), (.tlsv13, true)] {
                let client = Self.client(.http1Only, version)
                let request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/v1/hello")
                let answer = try? await client.execute(request, timeout: .seconds(20))
                #expect((answer?.status == .ok) == isSpoken)
                try await client.shutdown()
            }
        }
    }

    @Test func `new connections get the certificate that the files hold now, and old ones go on`() async throws {
        let (first, second) = (try Self.files(), try Self.files())
        var harness = Harness()
        harness.configuration.tls = try TLSFiles(certificates: first.certificate, key: first.key)
        harness.configuration.certificateCheck = .milliseconds(20)
        let log = harness.log
        try await harness.run { client in
            let old = try NIOSSLCertificate.fromPEMFile(first.certificate)[0]
            let new = try NIOSSLCertificate.fromPEMFile(second.certificate)[0]
            let answer = try await Self.connect(client.port) { certificate in
                #expect(certificate == old)

                // The certificate alone does not fit the key.
                try Self.copy(second.certificate, to: first.certificate)
                while !log.entries.contains(where: { $0.level == .error }) {
                    try await Task.sleep(for: .milliseconds(1))
                }
                try await Self.connect(client.port) { certificate in #expect(certificate == old) }

                try Self.copy(second.key, to: first.key)
                let replaced: Logger.Message = "TLS certificate replaced"
                while !log.entries.contains(where: { $0.message == replaced }) {
                    try await Task.sleep(for: .milliseconds(1))
                }
                try await Self.connect(client.port) { certificate in #expect(certificate == new) }
            }
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(log.entries.count { $0.level == .error } == 1)
        }
    }

    /// Replaces a file as tools do: by one with another name that takes its place.
    private static func copy(_ file: String, to other: String) throws {
        try Data(contentsOf: URL(filePath: file)).write(to: URL(filePath: other), options: .atomic)
    }

    /// Opens a connection, greets, lends the certificate that was shown, greets again and returns that answer.
    @discardableResult
    private static func connect(
        _ port: Int,
        _ body: @Sendable (NIOSSLCertificate) async throws -> Void
    ) async throws -> String {
        let shown = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: NIOSSLCertificate.self)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: nil) { chain, verdict in
                        shown.succeed(chain[0])
                        verdict.succeed(.certificateVerified)
                    }
                    try channel.pipeline.syncOperations.addHandler(tls)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var answers = inbound.makeAsyncIterator()
            var answer = ""
            for isFirst in [true, false] {
                try await outbound.write(ByteBuffer(string: "GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                answer = ""
                while !answer.hasSuffix("hello"), let part = try await answers.next() { answer += String(buffer: part) }
                if isFirst { try await body(try await shown.futureResult.get()) }
            }
            return answer
        }
    }

    @Test func `files that are no certificate and its key are refused at once`() throws {
        let (first, second) = (try Self.files(), try Self.files())
        for (certificate, key) in [
            (first.certificate, second.key), (first.key, first.key), (first.certificate, "/nowhere"), ("", ""),
        ] {
            #expect(throws: (any Error).self) { try TLSFiles(certificates: certificate, key: key) }
        }
    }
}
