import CRabbitMQ

extension RabbitMQError {
    /// What a connection is busy with when something fails.
    enum Phase {
        case connecting
        case settingUp
        case publishing
    }

    /// A failure that librabbitmq found.
    init(status: Int32, during phase: Phase) {
        let reason = unsafe String(cString: amqp_error_string2(status))
        switch status {
        case -0x02FF...(-0x0200): self.init(.untrusted, reason)
        case AMQP_STATUS_TIMEOUT.rawValue where phase == .publishing: self.init(.unconfirmed, reason)
        default: self.init(phase == .connecting ? .unreachable : .connectionLost, reason)
        }
    }

    /// A refusal in the broker's words.
    init(brokerCode: Int, _ reason: String, during phase: Phase) {
        switch (brokerCode, phase) {
        case (403, _), (402, _): self.init(.forbidden, reason)
        case (530, .connecting): self.init(reason.contains("not found") ? .missing : .forbidden, reason)
        case (404, _), (406, .settingUp), (503, .settingUp): self.init(.missing, reason)
        case (406, .publishing), (311, .publishing), (313, .publishing): self.init(.messageRefused, reason)
        default: self.init(phase == .connecting ? .unreachable : .connectionLost, reason)
        }
    }

    /// The same without a word that is nobody's business; brokers like to name their user.
    func hiding(_ word: String) -> RabbitMQError {
        word.isEmpty ? self : RabbitMQError(code, reason.replacing("'\(word)'", with: "'***'"))
    }

    static func check(_ status: Int32, during phase: Phase) throws(RabbitMQError) {
        guard status == AMQP_STATUS_OK.rawValue else { throw RabbitMQError(status: status, during: phase) }
    }

    static func check(_ reply: amqp_rpc_reply_t, during phase: Phase) throws(RabbitMQError) {
        switch unsafe reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            guard case .closed(let code, let reason) = unsafe AMQPSignal(reply.reply) else {
                throw RabbitMQError(.connectionLost, "the broker answered with what was not asked for")
            }
            throw RabbitMQError(brokerCode: code, reason, during: phase)
        case AMQP_RESPONSE_LIBRARY_EXCEPTION:
            throw unsafe RabbitMQError(status: reply.library_error, during: phase)
        default: throw RabbitMQError(phase == .connecting ? .unreachable : .connectionLost, "the connection ended")
        }
    }
}
