import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import Resilience

extension WebClientError {
    /// What an error of the HTTP client means; nil for the caller's own cancellation.
    init?(_ error: any Error, repeatable: Bool = true) {
        switch error {
        case let error as WebClientError: self = error
        case is CancellationError: return nil
        case let error as DeadlineExceeded: self.init(.timeout, "\(error)", repeatable: repeatable)
        case is NIOTooManyBytesError: self.init(.size, "the body is larger than allowed")
        case let error as HTTPClientError: self.init(client: error, repeatable: repeatable)
        case is NIOConnectionError: self.init(.connect, "no connection came about")
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            self.init(.connect, "the connection was refused")
        case is IOError, is ChannelError:
            self.init(.connection, "the connection broke: \(type(of: error))", repeatable: repeatable)
        default: self.init(.protocol, "the reply cannot be read: \(type(of: error))")
        }
    }

    private init?(client error: HTTPClientError, repeatable: Bool) {
        switch error {
        case .cancelled: return nil
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            self.init(.connect, "no connection came about in time")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self.init(.timeout, "no answer in time", repeatable: repeatable)
        case .remoteConnectionClosed, .uncleanShutdown:
            self.init(.connection, "the connection broke", repeatable: repeatable)
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath:
            self.init(.url, "is no absolute http or https URL")
        default: self.init(.protocol, "the call failed: \(error.shortDescription)")
        }
    }
}
