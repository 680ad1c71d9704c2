import AsyncHTTPClient
import NIOCore
import NIOPosix
import Resilience

extension WebClientError {
    /// What an error of the HTTP client means; nil for the caller's own cancellation.
    init?(_ error: any Error) {
        switch error {
        case let error as WebClientError: self = error
        case is CancellationError: return nil
        case let error as DeadlineExceeded: self.init(.timeout, "\(error)")
        case is NIOTooManyBytesError: self.init(.size, "the body is larger than allowed")
        case let error as HTTPClientError: self.init(client: error)
        case is NIOConnectionError, is IOError, is ChannelError:
            self.init(.connect, "no connection came about or it broke: \(type(of: error))")
        default: self.init(.protocol, "the reply cannot be read: \(type(of: error))")
        }
    }

    private init?(client error: HTTPClientError) {
        switch error {
        case .cancelled: return nil
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            self.init(.connect, "no connection came about in time")
        case .deadlineExceeded, .readTimeout, .writeTimeout: self.init(.timeout, "no answer in time")
        case .remoteConnectionClosed, .uncleanShutdown: self.init(.connection, "the connection broke")
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath:
            self.init(.url, "is no absolute http or https URL")
        case .redirectLimitReached, .redirectCycleDetected: self.init(.protocol, "it redirects too often")
        default: self.init(.protocol, "the call failed: \(error.shortDescription)")
        }
    }
}
