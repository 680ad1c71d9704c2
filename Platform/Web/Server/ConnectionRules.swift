import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// What one connection gets right before requests reach the application: `Expect: 100-continue` is answered at once,
/// `Connection: Close` means the same in any case, a reply that says `close` is the last, and a client that stops reading
/// is cut off.
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

    init(_ configuration: WebConfiguration, _ lifecycle: Lifecycle) {
        self.lifecycle = lifecycle
        bodyLimit = configuration.bodyLimit
        stallTimeout = TimeAmount(configuration.stallTimeout)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard lifecycle.isClosing else { return }
        let channel = context.channel
        context.eventLoop.execute { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        requestsInProgress += 1
        if requestsInProgress == 1, head.headerFields[.expect]?.lowercased() == "100-continue",
            head.headerFields[.contentLength].flatMap(Int.init) ?? 0 <= bodyLimit
        {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        if let connection = head.headerFields[.connection], connection.lowercased().contains("close") {
            head.headerFields[.connection] = "close"
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): isLastReply = head.headerFields[.connection] == "close"
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
