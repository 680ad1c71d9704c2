import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// What one connection gets right before requests reach the application: `Expect: 100-continue` is answered at once,
/// `Connection: Close` means the same in any case, a reply that says `close` is the last, a client that stops reading is
/// cut off, and bytes that are no request get an answer that says so.
final class ConnectionRules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let lifecycle: Lifecycle
    private let bodyLimit: Int
    private let stallTimeout: TimeAmount
    private var requestsInProgress = 0
    private var isLastReply = false
    private var stall: Scheduled<Void>?
    private var headDeadline: HeadDeadline?
    /// Whether this is one stream of an HTTP/2 connection, where `Connection` does not exist.
    private var isStream = false

    init(_ configuration: WebConfiguration, _ lifecycle: Lifecycle) {
        self.lifecycle = lifecycle
        bodyLimit = configuration.bodyLimit
        stallTimeout = TimeAmount(configuration.stallTimeout)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        // The parent of a connection is the listener, and nobody's child.
        let connection = context.channel.parent.flatMap { $0.parent == nil ? nil : $0 }
        isStream = connection != nil
        headDeadline = try? (connection?.pipeline.syncOperations ?? pipeline).handler(type: HeadDeadline.self)
        if let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) {
            try? pipeline.addHandler(OldVersions(), position: .before(codec))
        }
        guard lifecycle.isClosing else { return }
        let channel = context.channel
        context.eventLoop.execute { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            if case .end = unwrapInboundIn(data), !isStream { headDeadline?.requestArrived() }
            return context.fireChannelRead(data)
        }
        headDeadline?.headArrived()
        requestsInProgress += 1
        if requestsInProgress == 1, head.headerFields[.expect]?.lowercased() == "100-continue",
            head.headerFields[.contentLength].flatMap(Int.init) ?? 0 <= bodyLimit
        {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        guard let connection = head.headerFields[.connection], connection.lowercased().contains("close") else {
            return context.fireChannelRead(data)
        }
        head.headerFields[.connection] = "close"
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isLastReply = head.headerFields[.connection] == "close"
            if isStream, isLastReply {
                head.headerFields[.connection] = nil
                return context.write(wrapOutboundOut(.head(head)), promise: promise)
            }
        case .body: break
        case .end:
            requestsInProgress -= 1
            if isLastReply { closeSoon(context.channel) }
        }
        context.write(data, promise: promise)
    }

    /// Leaves time for the reply to arrive, though not for an endless body: closing at once would reset the connection
    /// of a client that is still sending, and the reply would be lost.
    private func closeSoon(_ channel: any Channel) {
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard requestsInProgress == 0, let error = error as? HTTPParserError else {
            return context.fireErrorCaught(error)
        }
        for part in Response.malformed(error).parts { context.write(wrapOutboundOut(part), promise: nil) }
        context.flush()
        closeSoon(context.channel)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = nil
        if !context.channel.isWritable {
            let channel = context.channel
            stall = context.eventLoop.scheduleTask(in: stallTimeout) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stall?.cancel()
        context.fireChannelInactive()
    }
}
