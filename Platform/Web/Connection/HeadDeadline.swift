import NIOCore

/// Cuts off a client that dawdles over the head of a request, or over what comes before the first one, such as a TLS
/// handshake: an idle timeout alone is begun again by every byte.
final class HeadDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum Phase {
        /// Nothing has come yet.
        case silent
        /// Some of a head has come.
        case arriving
        /// A request is at work, or the connection idles after one.
        case busy, idle
    }

    private let first: TimeAmount
    private let rest: TimeAmount
    private var phase = Phase.silent
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - first: until the first byte has to be there.
    ///   - rest: from the first byte of a head to its last.
    init(first: Duration, rest: Duration) {
        self.first = TimeAmount(first)
        self.rest = TimeAmount(rest)
    }

    func handlerAdded(context: ChannelHandlerContext) { expire(context.channel, in: first) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let isBeginning = phase == .silent || phase == .idle
        if isBeginning { phase = .arriving }
        context.fireChannelRead(data)
        // Most heads come whole, and need no timer.
        if isBeginning, phase == .arriving { expire(context.channel, in: rest) }
    }

    /// The head is whole.
    func headArrived() {
        phase = .busy
        timer?.cancel()
        timer = nil
    }

    /// The request is whole: what comes now is another head.
    func requestArrived() { if phase == .busy { phase = .idle } }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    private func expire(_ channel: any Channel, in time: TimeAmount) {
        timer?.cancel()
        timer = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
