import HummingbirdCore
import NIOCore
import ServiceLifecycle

/// A body that is made while it is sent: exports and live streams.
///
/// The next chunk is asked for when the one before it was taken, so a slow client slows its source. The stream ends when the
/// sequence does, when the client goes away, and at once when the server stops.
public struct Stream: ReplyBody {
    let chunks: HummingbirdCore.ResponseBody

    /// The chunks, in order.
    public init<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) where Chunks.Element == [UInt8] {
        let buffers = chunks.cancelOnGracefulShutdown().map { ByteBuffer(bytes: $0) }
        self.chunks = HummingbirdCore.ResponseBody(asyncSequence: buffers)
    }

    /// Itself.
    public func body() -> Response.Body { .stream(self) }
}
