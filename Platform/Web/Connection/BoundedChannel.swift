import Addresses
import HummingbirdCore
import Logging
import NIOCore

/// A connection that is only set up when there is room for it, and whose first bytes have to come in time.
struct BoundedChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    let bounds: ConnectionBounds
    let configuration: WebConfiguration
    let responder: WebResponder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let peer = channel.remoteAddress?.ip
        guard bounds.enter(from: peer) else {
            return channel.close().flatMapThrowing { throw TooManyConnections() }
        }
        let bounds = bounds
        channel.closeFuture.whenComplete { _ in bounds.leave(from: peer) }
        return channel.eventLoop.makeCompletedFuture {
            let deadline = HeadDeadline(first: configuration.idleTimeout, rest: configuration.headTimeout)
            try channel.pipeline.syncOperations.addHandler(deadline)
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }.flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            // Behind what keeps count of a connection's requests; the streams of HTTP/2 go without.
            if let counting = try? pipeline.handler(type: HTTPConnectionStateHandler.self) {
                try pipeline.addHandler(SharedLane(responder), position: .after(counting))
            }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

private struct TooManyConnections: Error {}
