import Redis
import Synchronization

/// The values that all nodes share, in Redis.
final class SharedTier: Sendable {
    /// What Redis knows of a key.
    enum Finding {
        case found(SharedValue)
        /// Nothing; the value may be put there with this lease, if there is one.
        case missing(Lease?)
    }

    /// The right to put one value, until an invalidation.
    struct Lease: Sendable {
        let generation: String
        let token: String
    }

    let redis: RedisClient
    let configuration: CacheConfiguration
    private let trust = Mutex(SharedTrust())
    private let voids = Mutex(VoidsUnderWay())

    init(_ redis: RedisClient, _ configuration: CacheConfiguration) {
        self.redis = redis
        self.configuration = configuration
    }

    /// Looks a key up, and takes a lease when there is nothing. Throws what Redis threw.
    func find(_ key: CacheKey) async throws -> Finding {
        // In this order: a void that fails raises its doubt before it is over.
        guard !voids.withLock({ $0.contains(key) }), try await isTrusted() else { return .missing(nil) }
        let answer = try await redis.send(
            ["MGET", .text(generationKey), .text(name(of: key))],
            timeout: configuration.sharedTimeout
        ).asArray()
        if answer.count == 2, let value = try Self.value(in: answer[1], generation: answer[0].asText()) {
            return .found(value)
        }
        let token = Self.random()
        let leased = try await redis.run(
            Self.lease,
            keys: [generationKey, name(of: key)],
            arguments: [.text(Self.random()), .text(token), .integer(configuration.leaseLifetime.milliseconds)],
            timeout: configuration.sharedTimeout
        ).asArray()
        guard leased.count == 2, let generation = try leased[0].asText() else { return .missing(nil) }
        if let value = try Self.value(in: leased[1], generation: generation) { return .found(value) }
        return .missing(Lease(generation: generation, token: token))
    }

    /// Puts a value; false when its lease was voided.
    func fill(_ key: CacheKey, with lease: Lease, bytes: [UInt8]?, lifetime: Duration) async throws -> Bool {
        let expiry = Self.now() + lifetime.milliseconds
        let value = SharedValue(generation: lease.generation, expiry: expiry, bytes: bytes)
        let answer = try await redis.run(
            Self.fill,
            keys: [generationKey, name(of: key)],
            arguments: [
                .text(lease.generation), .text(lease.token), .bytes(value.stored), .integer(lifetime.milliseconds),
            ],
            timeout: configuration.sharedTimeout
        )
        return try answer.asInteger() == 1
    }

    /// Nothing that Redis holds for these keys is used until `end` is through with them.
    func beginVoid(_ keys: [CacheKey]) -> VoidsUnderWay.Invalidation { voids.withLock { $0.begin(keys) } }

    /// Deletes the keys of an invalidation. When that fails, this node believes nothing in Redis until a new generation has begun.
    func end(_ invalidation: VoidsUnderWay.Invalidation) async {
        do {
            do {
                try await unlink(invalidation.keys)
            } catch let error as RedisError where error.code == .connectionLost {
                try await unlink(invalidation.keys)
            }
        } catch {
            trust.withLock { $0.doubt() }
        }
        for waiter in voids.withLock({ $0.end(invalidation) }) { waiter.resume() }
    }

    /// Deletes a value that is of no use; whether it works does not matter.
    func discard(_ key: CacheKey) async { try? await unlink([key]) }

    /// The number of the last void that began.
    var newestVoid: Int { voids.withLock { $0.newest } }

    /// Waits until every void so far is through; not at all if none has begun after the one with this number.
    func settle(after number: Int = 0) async {
        await withCheckedContinuation { continuation in
            let isSettled = voids.withLock { $0.isSettled(after: number, orResume: continuation) }
            if isSettled { continuation.resume() }
        }
    }

    func unlink(_ keys: [CacheKey]) async throws {
        try await redis.send(["UNLINK"] + keys.map { .text(name(of: $0)) }, timeout: configuration.voidTimeout)
    }

    /// What Redis holds for a key, for operators.
    func peek(_ key: CacheKey) async throws -> SharedValue? {
        let answer = try await redis.send(["MGET", .text(generationKey), .text(name(of: key))]).asArray()
        guard answer.count == 2 else { return nil }
        return try Self.value(in: answer[1], generation: answer[0].asText())
    }

    /// Tells the nodes that listen; says how many those are.
    func tell(_ notice: CacheNotice) async throws -> Int {
        try await redis.send(["PUBLISH", .text(channel), .bytes(notice.payload)]).asInteger() ?? 0
    }

    /// Hears what operators tell the nodes, until the task is cancelled.
    func listen(_ hear: @escaping @Sendable (CacheNotice) -> Void) async {
        await redis.subscribe(to: [channel]) { event in
            if case .message(_, let payload) = event { hear(CacheNotice(payload)) }
        }
    }

    private var channel: String { "\(configuration.prefix):notices" }

    // MARK: Generations

    /// Looks whether Redis may be believed, which makes it so.
    func start() async { _ = try? await isTrusted() }

    /// Begins a new generation: all that Redis holds is void.
    func renew() async throws { try await redis.send(["SET", .text(generationKey), .text(Self.random())]) }

    private func isTrusted() async throws -> Bool {
        if let doubts = trust.withLock({ $0.beginRenewal() }) {
            do {
                try await redis.send(
                    ["SET", .text(generationKey), .text(Self.random())],
                    timeout: configuration.sharedTimeout
                )
            } catch {
                trust.withLock { $0.endRenewal(of: doubts, succeeded: false) }
                throw error
            }
            trust.withLock { $0.endRenewal(of: doubts, succeeded: true) }
        }
        return trust.withLock { $0.isTrusted }
    }

    private var generationKey: String { "\(configuration.prefix):generation" }

    private func name(of key: CacheKey) -> String { "\(configuration.prefix):\(key)" }

    private static func value(in answer: RedisValue, generation: String?) throws -> SharedValue? {
        guard let generation, let stored = try answer.asBytes(), let value = SharedValue(stored) else { return nil }
        return value.generation == generation && value.expiry > now() ? value : nil
    }

    private static func random() -> String {
        String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}
