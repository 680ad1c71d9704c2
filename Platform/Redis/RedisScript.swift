internal import Crypto

/// A Lua script that the server runs as one step, sent by its hash once the server has it.
public struct RedisScript: Sendable {
    let text: String
    let hash: String

    /// Keys are `KEYS[1]…` in the text and other values `ARGV[1]…`, so the text never changes and its hash neither.
    public init(_ text: String) {
        self.text = text
        hash = Insecure.SHA1.hash(data: Array(text.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension RedisClient {
    /// Runs a script. A server that does not know it, such as one that was restarted, is sent the text.
    @discardableResult
    public func run(
        _ script: RedisScript,
        keys: [String],
        arguments: [RedisArgument] = [],
        timeout: Duration? = nil
    ) async throws -> RedisValue {
        let rest = [.integer(keys.count)] + keys.map(RedisArgument.text) + arguments
        do {
            return try await send(["EVALSHA", .text(script.hash)] + rest, timeout: timeout)
        } catch let error as RedisError where error.code == .noScript {
            return try await send(["EVAL", .text(script.text)] + rest, timeout: timeout)
        }
    }
}
