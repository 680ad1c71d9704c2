/// How spans leave the process.
public struct OTLPTransport: Sendable {
    /// What a collector answered.
    public struct Answer: Sendable {
        let status: Int
        let retryAfter: Duration?

        /// An answer with the time that it asked to wait, if it did.
        public init(status: Int, retryAfter: Duration? = nil) {
            self.status = status
            self.retryAfter = retryAfter
        }
    }

    let post: @Sendable (_ body: [UInt8]) async throws -> Answer
    let close: @Sendable () async -> Void

    /// `post` sends a JSON body to the collector's `/v1/traces`, within a time limit of its own; `close` comes after the last.
    public init(
        post: @escaping @Sendable (_ body: [UInt8]) async throws -> Answer,
        close: @escaping @Sendable () async -> Void = {}
    ) {
        self.post = post
        self.close = close
    }
}
