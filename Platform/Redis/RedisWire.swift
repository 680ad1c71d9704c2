internal import CHiredis
import Dispatch
import Glibc

/// The socket and hiredis' parser. Confined to the reactor by the actor that owns it.
@safe final class RedisWire {
    private let context: UnsafeMutablePointer<redisContext>
    /// Bytes are left that the kernel did not take yet.
    private(set) var wantsToWrite = false

    /// What hiredis reads at a time.
    private static let chunk = 16 * 1024
    /// How many chunks are read before others on the loop have their turn.
    private static let chunksInTurn = 16

    init(_ handle: RedisHandle) {
        unsafe context = handle.context
        // hiredis frees its buffer whenever it is empty and above 16 KiB; large values would allocate anew each time.
        unsafe context.pointee.reader.pointee.maxbuf = 1 << 20
        // A program that this one starts must not keep the connection open.
        _ = unsafe fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
    }

    deinit { unsafe redisFree(context) }

    var socket: Int32 { unsafe context.pointee.fd }

    /// Queues bytes; `flush` sends them.
    func append(_ bytes: [UInt8]) -> RedisError? {
        let status = unsafe bytes.withUnsafeBytes { buffer in
            unsafe redisAppendFormattedCommand(
                context,
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                buffer.count
            )
        }
        wantsToWrite = true
        return status == REDIS_OK ? nil : broken()
    }

    /// Gives the kernel what it takes.
    func flush() -> RedisError? {
        var isDone: Int32 = 0
        guard unsafe redisBufferWrite(context, &isDone) == REDIS_OK else { return broken() }
        wantsToWrite = isDone == 0
        return nil
    }

    /// Takes what the socket has and hands over every complete answer, those before an error too.
    func receive(_ hear: (RedisValue) -> Void) -> RedisError? {
        let failure = read()
        while true {
            var reply: UnsafeMutableRawPointer?
            guard unsafe redisGetReplyFromReader(context, &reply) == REDIS_OK else { return failure ?? broken() }
            guard let reply = unsafe reply else { return failure }
            hear(unsafe RedisValue(reply.assumingMemoryBound(to: redisReply.self)))
            unsafe freeReplyObject(reply)
        }
    }

    private func read() -> RedisError? {
        for _ in 0..<Self.chunksInTurn {
            let before = unsafe context.pointee.reader.pointee.len
            guard unsafe redisBufferRead(context) == REDIS_OK else { return broken() }
            if unsafe context.pointee.reader.pointee.len < before + Self.chunk { return nil }
        }
        return nil
    }

    private func broken() -> RedisError { unsafe RedisError(.connectionLost, RedisHandle.failure(of: context)) }
}

/// Carries a fresh context from the thread that made it to the actor that will own it.
///
/// Sendable without the compiler's proof: it is handed over once, and whoever hands it over forgets it.
@safe struct RedisHandle: @unchecked Sendable {
    fileprivate let context: UnsafeMutablePointer<redisContext>

    /// Begins to connect. On another thread, because hiredis resolves host names and blocks while it does.
    static func connect(to endpoint: RedisConfiguration.Endpoint) async throws(RedisError) -> RedisHandle {
        let result: Result<RedisHandle, RedisError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: connectNow(to: endpoint)) }
        }
        return try result.get()
    }

    private static func connectNow(to endpoint: RedisConfiguration.Endpoint) -> Result<RedisHandle, RedisError> {
        let context =
            switch endpoint {
            case .tcp(let host, let port): unsafe redisConnectNonBlock(host, Int32(port))
            case .unix(let path): unsafe redisConnectUnixNonBlock(path)
            }
        guard let context = unsafe context else {
            return .failure(RedisError(.connectFailed, "hiredis is out of memory"))
        }
        guard unsafe context.pointee.err == 0 else {
            defer { unsafe redisFree(context) }
            return .failure(RedisError(.connectFailed, unsafe failure(of: context)))
        }
        if case .tcp = endpoint { unsafe redisEnableKeepAlive(context) }
        return .success(unsafe RedisHandle(context: context))
    }

    fileprivate static func failure(of context: UnsafeMutablePointer<redisContext>) -> String {
        unsafe withUnsafeBytes(of: &context.pointee.errstr) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
