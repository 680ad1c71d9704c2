import CRabbitMQ
import Glibc

/// A connection with one channel in confirm mode, used by one thread at a time and closed when it goes. Every call
/// blocks. After a call that threw it is of no use any more.
@safe
final class AMQPConnection {
    private let state: amqp_connection_state_t
    private let breaker: SocketBreaker
    /// How many messages the channel has carried; the broker counts them too.
    private var published: UInt64 = 0
    /// Why the broker takes no messages at the moment.
    private var blockedReason: String?

    static let channel: amqp_channel_t = 1

    init(_ configuration: RabbitMQConfiguration, breaker: SocketBreaker) throws(RabbitMQError) {
        guard let state = unsafe amqp_new_connection() else { throw RabbitMQError(.unreachable, "out of memory") }
        unsafe self.state = state
        self.breaker = breaker
        try open(configuration)
        try logIn(configuration)
        unsafe amqp_channel_open(state, Self.channel)
        try unsafe RabbitMQError.check(amqp_get_rpc_reply(state), during: .settingUp)
        unsafe amqp_confirm_select(state, Self.channel)
        try unsafe RabbitMQError.check(amqp_get_rpc_reply(state), during: .settingUp)
    }

    deinit {
        breaker.detach()
        unsafe amqp_destroy_connection(state)
    }

    // MARK: Beginning

    private func open(_ configuration: RabbitMQConfiguration) throws(RabbitMQError) {
        let socket = unsafe configuration.encryption == nil ? amqp_tcp_socket_new(state) : amqp_ssl_socket_new(state)
        guard let socket = unsafe socket else { throw RabbitMQError(.unreachable, "no socket could be made") }
        if let encryption = configuration.encryption { try unsafe Self.prepare(socket, encryption) }
        var limit = timeval(configuration.connectTimeout)
        errno = 0
        let status = unsafe amqp_socket_open_noblock(socket, configuration.host, Int32(configuration.port), &limit)
        if status == AMQP_STATUS_SOCKET_ERROR.rawValue {
            // The library keeps the reason to itself when it comes later than at once.
            let detail = [0, EINPROGRESS].contains(errno) ? "" : unsafe ": \(String(cString: strerror(errno)))"
            throw RabbitMQError(.unreachable, "\(configuration.host):\(configuration.port) does not answer\(detail)")
        }
        try RabbitMQError.check(status, during: .connecting)
        try unsafe breaker.attach(amqp_get_sockfd(state))
        try unsafe RabbitMQError.check(amqp_set_handshake_timeout(state, &limit), during: .connecting)
        try unsafe RabbitMQError.check(amqp_set_rpc_timeout(state, &limit), during: .connecting)
    }

    private static func prepare(
        _ socket: OpaquePointer,
        _ encryption: RabbitMQConfiguration.Encryption
    ) throws(RabbitMQError) {
        unsafe amqp_ssl_socket_set_verify_peer(socket, encryption.isVerified ? 1 : 0)
        unsafe amqp_ssl_socket_set_verify_hostname(socket, encryption.isVerified ? 1 : 0)
        if encryption.isVerified, unsafe amqp_ssl_socket_set_cacert(socket, encryption.authority) != 0 {
            throw RabbitMQError(.configuration, "\(encryption.authority) holds no certificates; see cacertfile")
        }
        if let own = encryption.identity, unsafe amqp_ssl_socket_set_key(socket, own.certificate, own.key) != 0 {
            throw RabbitMQError(.configuration, "certfile and keyfile are not a certificate and its key")
        }
        let status = unsafe amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST)
        try RabbitMQError.check(status, during: .connecting)
    }

    private func logIn(_ configuration: RabbitMQConfiguration) throws(RabbitMQError) {
        let reply = unsafe crabbitmq_login(
            state,
            configuration.virtualHost,
            Int32(configuration.heartbeat),
            configuration.connectionName,
            configuration.user,
            configuration.password
        )
        try unsafe RabbitMQError.check(reply, during: .connecting)
    }

    /// Makes sure that an exchange is there.
    func setUp(_ exchange: RabbitMQExchange) throws(RabbitMQError) {
        var text = TextArena()
        let (name, kind) = (text.add(exchange.name), text.add("topic"))
        let isPassive: amqp_boolean_t = exchange.setup == .check ? 1 : 0
        unsafe text.lend { find in
            unsafe _ = amqp_exchange_declare(
                state,
                Self.channel,
                find(name),
                find(kind),
                isPassive,
                1,
                0,
                0,
                amqp_table_t(num_entries: 0, entries: nil)
            )
        }
        try unsafe RabbitMQError.check(amqp_get_rpc_reply(state), during: .settingUp)
    }

    // MARK: Publishing

    /// Sends messages and waits for the broker's word on each. What it said before something failed is in `outcomes`.
    func publish(
        _ messages: [RabbitMQMessage],
        to exchange: String,
        mandatory: Bool,
        before deadline: ContinuousClock.Instant,
        into outcomes: inout [PublishOutcome?]
    ) throws(RabbitMQError) {
        var pending = PendingConfirms(messages, firstTag: published + 1)
        defer { outcomes = pending.outcomes }
        for message in messages {
            try unsafe RabbitMQError.check(message.send(over: state, exchange, mandatory), during: .publishing)
            published += 1
        }
        var reason: String?
        while pending.missing > 0 {
            switch try nextSignal(before: deadline) {
            case .confirmed(let tag, let multiple): pending.confirm(tag, multiple: multiple)
            case .nacked(let tag, let multiple): pending.refuse(tag, multiple: multiple)
            case .returned(let text): reason = text
            case .properties(let id?): pending.sendBack(id, reason ?? "no queue takes it")
            case nil: throw unconfirmed(pending.missing)
            default: break
            }
        }
    }

    private func unconfirmed(_ count: Int) -> RabbitMQError {
        let cause = blockedReason.map { "; it takes none at the moment: \($0)" } ?? ""
        return RabbitMQError(.unconfirmed, "the broker has not confirmed \(count) messages in time\(cause)")
    }

    /// Exchanges heartbeats, and notices when the broker has gone.
    func keepAlive() throws(RabbitMQError) {
        while try nextSignal(before: .now) != nil {}
    }

    /// Takes leave of the broker.
    func close() { unsafe _ = amqp_connection_close(state, AMQP_REPLY_SUCCESS) }

    /// The next thing the broker says; nil when the time is over.
    private func nextSignal(before deadline: ContinuousClock.Instant) throws(RabbitMQError) -> AMQPSignal? {
        var limit = timeval(max(.zero, ContinuousClock.now.duration(to: deadline)))
        var frame = unsafe amqp_frame_t()
        unsafe amqp_maybe_release_buffers(state)
        let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &limit)
        if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
        try RabbitMQError.check(status, during: .publishing)
        let signal = unsafe AMQPSignal(frame)
        switch signal {
        case .closed(let code, let reason): throw RabbitMQError(brokerCode: code, reason, during: .publishing)
        case .blocked(let reason): blockedReason = reason
        case .unblocked: blockedReason = nil
        default: break
        }
        return signal
    }
}

extension timeval {
    fileprivate init(_ duration: Duration) {
        let (seconds, fraction) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(fraction / 1_000_000_000_000))
    }
}
