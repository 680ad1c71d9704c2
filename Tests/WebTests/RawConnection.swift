import NIOCore
import NIOPosix

/// A bare TCP connection, for what no HTTP client would send.
enum RawConnection {
    /// Sends the bytes and returns everything until the server closes.
    static func exchange(_ text: String, port: Int) async throws -> String {
        try await open(port: port) { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ByteBuffer()
            for try await var part in inbound { received.writeBuffer(&part) }
            return String(buffer: received)
        }
    }

    /// Opens a connection for as long as `body` needs it; one that half-closes says so to the server once `body` has
    /// finished its output.
    static func open<Result: Sendable>(
        port: Int,
        halfCloses: Bool = false,
        _ body:
            @Sendable (
                NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>
            ) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: halfCloses)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in try await body(inbound, outbound) }
    }
}
