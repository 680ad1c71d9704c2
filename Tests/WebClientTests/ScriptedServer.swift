import NIOCore
import NIOPosix
import Synchronization

/// A server on this machine that answers each request with bytes written beforehand, right or wrong.
final class ScriptedServer: Sendable {
    /// What comes back, and what becomes of the connection.
    struct Script: Sendable {
        enum End: Sendable {
            case keep, close
        }

        var bytes = ""
        var end = End.keep

        static func ok(_ body: String) -> Script {
            Script(bytes: "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }

        /// Nothing comes back, ever.
        static let silence = Script()
    }

    private struct Seen {
        var heads: [String] = []
        var connections = 0
    }

    private let seen = Mutex(Seen())
    private let script: @Sendable (_ head: String) -> Script

    private init(_ script: @escaping @Sendable (_ head: String) -> Script) { self.script = script }

    /// The heads of the requests so far.
    var heads: [String] { seen.withLock { $0.heads } }
    /// How many connections were opened so far.
    var connections: Int { seen.withLock { $0.connections } }

    static func run<Result>(
        _ script: @escaping @Sendable (_ head: String) -> Script,
        _ body: (ScriptedServer, _ port: Int) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedServer(script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    server.seen.withLock { $0.connections += 1 }
                    try channel.pipeline.syncOperations.addHandler(Answering(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(server, channel.localAddress?.port ?? 0)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// Reads up to the end of a head and answers; requests here have no body.
    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let server: ScriptedServer
        private var head = ""

        init(server: ScriptedServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            head += String(buffer: unwrapInboundIn(data))
            guard head.hasSuffix("\r\n\r\n") else { return }
            server.seen.withLock { $0.heads.append(head) }
            let script = server.script(head)
            head = ""
            let channel = context.channel
            channel.writeAndFlush(ByteBuffer(string: script.bytes), promise: nil)
            if script.end == .close { channel.close(promise: nil) }
        }
    }
}
