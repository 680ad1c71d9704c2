import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Answers what everybody shares on the connection's own thread: most of those replies are here already, and need not be
/// asked for on another thread and brought back.
///
/// Everything else passes through. Replies keep the order of their requests: nothing is taken while a request that passed is
/// at work, and what comes while a reply is awaited here waits behind it, with no more read from the socket.
final class SharedLane: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// No reply is owed from here.
        case free
        /// A reply is being made, without anything else happening on this thread meanwhile.
        case answering
        /// A reply has to be waited for.
        case awaiting
    }

    private let responder: WebResponder
    private var clock = HTTPClock()
    /// Requests that passed and have no reply yet.
    private var passed = 0
    private var phase = Phase.free
    /// The rest of a request that was taken is still to come.
    private var isTaking = false
    private var waiting = CircularBuffer<NIOAny>()
    private var isReadHeld = false
    private var isFlushing = false
    /// The client has said that it sends no more; whoever hears of that closes the connection once all is answered.
    private var isInputClosed = false
    private var isRemoved = false

    init(_ responder: WebResponder) { self.responder = responder }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .awaiting || isTaking else { return waiting.append(data) }
        receive(data, context)
    }

    private func receive(_ data: NIOAny, _ context: ChannelHandlerContext) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let exchange = exchange(for: head, context) { return take(exchange, context) }
            passed += 1
        case .body:
            if isTaking { return }
        case .end:
            if isTaking { return isTaking = false }
        }
        context.fireChannelRead(data)
    }

    /// The exchange of a request that is answered here; nil for any other, and for a client that is not reading.
    private func exchange(for head: HTTPRequest, _ context: ChannelHandlerContext) -> Exchange? {
        guard passed == 0, context.channel.isWritable, head.headerFields[.connection] == nil else { return nil }
        return responder.sharedExchange(head, over: context.channel)
    }

    private func take(_ exchange: Exchange, _ context: ChannelHandlerContext) {
        (phase, isTaking) = (.answering, true)
        let (loop, responder) = (context.eventLoop, responder)
        let lane = NIOLoopBound((self, context), eventLoop: loop)
        // It begins here and now, and ends so if it has nothing to wait for.
        Task.immediate {
            let response = await responder.response(to: exchange)
            if loop.inEventLoop {
                lane.value.0.send(response, exchange, lane.value.1)
            } else {
                loop.execute { lane.value.0.send(response, exchange, lane.value.1) }
            }
        }
        if phase == .answering { phase = .awaiting }
    }

    // MARK: Replies

    private func send(_ response: Response, _ exchange: Exchange, _ context: ChannelHandlerContext) {
        guard !isRemoved else { return }
        let isHead = exchange.head.method == .head
        var head = response.hummingbird(withoutBody: isHead).head
        head.headerFields[.date] = clock.text()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if case .bytes(let bytes) = response.body, !bytes.isEmpty, !isHead {
            context.write(wrapOutboundOut(.body(ByteBuffer(bytes: bytes))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        flushSoon(context)
        let wasAwaited = phase == .awaiting
        phase = .free
        if wasAwaited { catchUp(context) }
    }

    /// Lets the replies of one turn of the loop go out together, after all requests that came in it are read: a client on
    /// this machine that is woken by each would take the processor away as often.
    private func flushSoon(_ context: ChannelHandlerContext) {
        guard !isFlushing else { return }
        isFlushing = true
        let lane = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            lane.value.0.isFlushing = false
            lane.value.1.flush()
        }
    }

    /// Goes on with what came meanwhile, until a reply has to be awaited again.
    private func catchUp(_ context: ChannelHandlerContext) {
        var parts = CircularBuffer<NIOAny>()
        swap(&parts, &waiting)
        while phase != .awaiting || isTaking, let data = parts.popFirst() { receive(data, context) }
        waiting = parts + waiting
        context.fireChannelReadComplete()
        guard phase == .free else { return }
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
        if isInputClosed {
            isInputClosed = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { passed -= 1 }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard phase == .awaiting, case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
    }

    func handlerRemoved(context: ChannelHandlerContext) { isRemoved = true }

    func read(context: ChannelHandlerContext) {
        if phase == .awaiting { isReadHeld = true } else { context.read() }
    }
}
