import Addresses
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// What comes with a request besides the request: Hummingbird makes one for each.
struct WebContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// One request on its way, from the arrival of its head to the reply.
final class Exchange: Sendable {
    let head: HTTPRequest
    let body: HummingbirdCore.RequestBody
    let channel: any Channel
    let identifier: RequestIdentifier
    let destination: Destination
    let start: ContinuousClock.Instant
    let deadline: ContinuousClock.Instant
    let clientAddress: IPAddress?
    private let serverLogger: Logger

    init(
        _ head: HTTPRequest,
        _ body: HummingbirdCore.RequestBody,
        to destination: Destination,
        over channel: any Channel,
        _ configuration: WebConfiguration,
        _ logger: Logger
    ) {
        self.head = head
        self.body = body
        self.channel = channel
        identifier = RequestIdentifier(head.headerFields)
        self.destination = destination
        start = .now
        deadline = start.advanced(by: configuration.requestDeadline)
        clientAddress = (channel.remoteAddress?.ip)
            .map { configuration.trustedProxies.client(of: head.headerFields, from: $0) }
        serverLogger = logger
    }

    /// Writes the request's identifier with every line.
    var logger: Logger { serverLogger.naming(request: identifier.text) }

    /// The path, as sent.
    var path: Substring { destination.path }

    /// What answers; nil when nothing at the path knows the method.
    var route: Route? { destination.route }
}

extension HTTPRequest {
    /// Whether a body follows the head.
    var announcesBody: Bool {
        headerFields[.transferEncoding] != nil || headerFields[.contentLength].map { $0 != "0" } ?? false
    }
}

extension Logger {
    /// The same logger, which writes the request's identifier with every line.
    func naming(request: String) -> Logger {
        var logger = self
        logger[metadataKey: "request_id"] = "\(request)"
        return logger
    }
}
