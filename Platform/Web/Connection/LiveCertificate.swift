import Crypto
import FoundationEssentials
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that new connections are served with: the newest good one that its files have held since the start.
///
/// Connections that stand go on with what they have. Files that cannot be used change nothing.
final class LiveCertificate: Sendable {
    private struct State {
        /// What the files held when they were last looked at; nil for one that could not be read.
        var seen: [SHA256.Digest?]
        /// What to serve with in place of what the server began with.
        var override = NIOSSLContextConfigurationOverride.noChanges
    }

    private let files: TLSFiles
    private let logger: Logger
    private let state: Mutex<State>

    init(_ files: TLSFiles, logger: Logger) {
        self.files = files
        self.logger = logger
        state = Mutex(State(seen: files.digests))
    }

    /// The configuration to listen with, which asks for the certificate at every handshake.
    func configuration() throws -> TLSConfiguration {
        var configuration = try files.configuration()
        configuration.sslContextCallback = { [self] _, promise in promise.succeed(state.withLock { $0.override }) }
        return configuration
    }

    /// Looks again and again until the task is cancelled.
    func follow(every interval: Duration) async {
        while (try? await Task.sleep(for: interval)) != nil { look() }
    }

    /// Takes what the files hold if that is new. What is wrong with it is logged once.
    func look() {
        let digests = files.digests
        let isNew = state.withLock { state in
            defer { state.seen = digests }
            return state.seen != digests
        }
        guard isNew else { return }
        do {
            let configuration = try files.checked()
            state.withLock { state in
                state.override.certificateChain = configuration.certificateChain
                state.override.privateKey = configuration.privateKey
            }
            logger.info("TLS certificate replaced", metadata: ["file": "\(files.certificates)"])
        } catch {
            logger.error(
                "TLS certificate not replaced, the old one stays",
                metadata: ["file": "\(files.certificates)", "error.message": "\(error)"]
            )
        }
    }
}

extension TLSFiles {
    fileprivate var digests: [SHA256.Digest?] {
        [certificates, key].map { try? SHA256.hash(data: Data(contentsOf: URL(filePath: $0))) }
    }
}
