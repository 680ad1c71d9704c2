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
struct Exchange {
    let head: HTTPRequest
    let body: HummingbirdCore.RequestBody
    let channel: any Channel
    let identifier: RequestIdentifier
    let path: Substring
    let query: Substring?
    let start: ContinuousClock.Instant
    let deadline: ContinuousClock.Instant
    let clientAddress: IPAddress?
    let logger: Logger

    /// What answers, once it is known.
    var endpoint: Endpoint?

    init(
        _ request: HummingbirdCore.Request,
        _ channel: any Channel,
        _ configuration: WebConfiguration,
        _ logger: Logger
    ) {
        head = request.head
        body = request.body
        self.channel = channel
        identifier = RequestIdentifier(request.head.headerFields)
        let target = Self.originForm(request.head.path ?? "")
        let end = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = target[..<(end ?? target.endIndex)]
        query = end.map { target[target.utf8.index(after: $0)...] }
        start = .now
        deadline = start.advanced(by: configuration.requestDeadline)
        clientAddress = (channel.remoteAddress?.ipAddress).flatMap { IPAddress($0)?.unmapped }
            .map { configuration.trustedProxies.client(of: request.head.headerFields, from: $0) }
        var logger = logger
        logger[metadataKey: "request_id"] = "\(identifier.text)"
        self.logger = logger
    }

    /// The path and query of a target that may name the server too (RFC 9112 §3.2.2).
    private static func originForm(_ target: String) -> Substring {
        guard target.utf8.first != UInt8(ascii: "/") else { return target[...] }
        let lowercased = target.prefix(8).lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lowercased.hasPrefix($0) }) else {
            return target[...]
        }
        let path = target.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
        return path.first == "/" ? path : "/\(path)"
    }

    /// Whether a body follows the head.
    var hasBody: Bool {
        head.headerFields[.transferEncoding] != nil || head.headerFields[.contentLength].map { $0 != "0" } ?? false
    }
}
