import Glibc
import Reactor

/// One connection to the server, living on the reactor. It knows bytes and answers in their order; whose answer is
/// whose, its owner knows.
actor RedisConnection: ReactorHandler {
    nonisolated let loop: ReactorLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let wire: RedisWire
    private let socket: Int32
    private var isWriting = true
    private var greeting: Greeting?
    private var onAnswers: (@Sendable ([RedisValue]) -> Void)?
    private var onLost: (@Sendable (RedisError) -> Void)?
    private(set) var lostBecause: RedisError?
    /// When the server last sent something, or took something that it had kept waiting.
    private(set) var lastMoved = ContinuousClock.now

    private struct Greeting {
        let waiter: CheckedContinuation<[RedisValue], any Error>
        let count: Int
        var answers: [RedisValue] = []
    }

    /// Opens a connection that has answered a PING, on the configuration's database.
    static func open(
        _ configuration: RedisConfiguration,
        role: String,
        on loop: ReactorLoop
    ) async throws -> RedisConnection {
        let handle = try await RedisHandle.connect(to: configuration.endpoint)
        let connection = RedisConnection(adopting: handle, on: loop)
        do {
            try await connection.greet(with: configuration.greeting(role: role), within: configuration.connectTimeout)
        } catch {
            let error = error as? RedisError ?? RedisError(.connectFailed, "\(error)")
            await connection.lose(error)
            throw error.code == .connectionLost ? RedisError(.connectFailed, error.message) : error
        }
        return connection
    }

    private init(adopting handle: RedisHandle, on loop: ReactorLoop) {
        self.loop = loop
        wire = RedisWire(handle)
        socket = wire.socket
    }

    private func greet(with commands: [RedisCommand], within limit: Duration) async throws {
        let tooLate = RedisError(.connectFailed, "no answer within \(limit)")
        let timer = loop.schedule(after: limit) { self.assumeIsolated { $0.lose(tooLate) } }
        defer { loop.cancel(timer) }
        for command in commands {
            if let error = wire.append(command.encoded) { throw error }
        }
        // Connected or refused, the socket becomes ready; what is queued is sent then.
        try loop.watch(socket, for: [.readable, .writable], self)
        let answers = try await withCheckedThrowingContinuation { waiter in
            greeting = Greeting(waiter: waiter, count: commands.count)
            if let lostBecause { endGreeting(.failure(lostBecause)) }
        }
        for case .error(let error) in answers.prefix(commands.count - 1) { throw error.explained }
        guard answers.count == commands.count else {
            throw RedisError(.connectFailed, "the server answered more than it was asked")
        }
    }

    /// Hands over all answers from now on. Both closures run on the loop.
    func start(
        onAnswers: @escaping @Sendable ([RedisValue]) -> Void,
        onLost: @escaping @Sendable (RedisError) -> Void
    ) {
        if let lostBecause { return onLost(lostBecause) }
        self.onAnswers = onAnswers
        self.onLost = onLost
    }

    /// Sends commands, all in one system call if the kernel takes them.
    func send(_ commands: some Sequence<RedisCommand>) {
        guard lostBecause == nil else { return }
        for command in commands {
            if let error = wire.append(command.encoded) { return lose(error) }
        }
        if let error = wire.flush() { return lose(error) }
        adjustInterest()
    }

    /// Closes the connection and tells its owner why.
    func lose(_ error: RedisError) {
        guard lostBecause == nil else { return }
        lostBecause = error
        loop.unwatch(socket)
        // The server shall know at once, although the descriptor may be held for a moment yet.
        shutdown(socket, Int32(SHUT_RDWR))
        endGreeting(.failure(error))
        onAnswers = nil
        onLost.take()?(error)
    }

    // MARK: Reactor

    nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {
        assumeIsolated { $0.handle() }
    }

    nonisolated func turn() {}

    private func handle() {
        guard lostBecause == nil else { return }
        var answers: [RedisValue] = []
        let failure = wire.receive { answers.append($0) }
        lastMoved = .now
        if !answers.isEmpty { handOver(answers) }
        if let failure { return lose(failure) }
        guard lostBecause == nil else { return }
        if wire.wantsToWrite, let error = wire.flush() { return lose(error) }
        adjustInterest()
    }

    private func handOver(_ answers: [RedisValue]) {
        guard var greeting else {
            onAnswers?(answers)
            return
        }
        greeting.answers += answers
        self.greeting = greeting
        if greeting.answers.count >= greeting.count { endGreeting(.success(greeting.answers)) }
    }

    private func endGreeting(_ result: Result<[RedisValue], any Error>) {
        greeting.take()?.waiter.resume(with: result)
    }

    private func adjustInterest() {
        guard wire.wantsToWrite != isWriting else { return }
        isWriting = wire.wantsToWrite
        do {
            try loop.rewatch(socket, for: isWriting ? [.readable, .writable] : .readable)
        } catch {
            lose(RedisError(.connectionLost, "\(error)"))
        }
    }
}

extension RedisError {
    /// What the server says to a greeting, with what to do about it.
    fileprivate var explained: RedisError {
        switch code {
        case .noAuthentication:
            RedisError(code, "\(message) Put the password into the Redis URL: redis://:password@host")
        case .wrongPassword:
            RedisError(code, "\(message) Check user and password in the Redis URL")
        case .server where message.hasPrefix("ERR AUTH"):
            RedisError(.configuration, "the server has no password: remove it from the Redis URL")
        case .server where message.contains("DB index"):
            RedisError(.configuration, "the server has no such database: \(message)")
        default: self
        }
    }
}
