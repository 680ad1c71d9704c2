import CRabbitMQ

/// What the broker says without being asked.
enum AMQPSignal {
    case confirmed(UInt64, multiple: Bool)
    case nacked(UInt64, multiple: Bool)
    /// A message comes back; its properties follow.
    case returned(reason: String)
    case properties(id: String?)
    /// It takes no messages for the time being, as it is short of memory or disk.
    case blocked(reason: String)
    case unblocked
    /// It closed the channel or the connection.
    case closed(code: Int, reason: String)
    /// Nothing that matters here.
    case other

    init(_ frame: amqp_frame_t) {
        switch unsafe Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD: self = unsafe .init(frame.payload.method)
        case AMQP_FRAME_HEADER: self = unsafe .init(header: frame.payload.properties.decoded)
        default: self = .other
        }
    }

    init(_ method: amqp_method_t) {
        guard let decoded = unsafe method.decoded else {
            self = unsafe method.id == AMQPMethod.unblocked ? .unblocked : .other
            return
        }
        switch unsafe method.id {
        case AMQPMethod.ack:
            let ack = unsafe decoded.load(as: amqp_basic_ack_t.self)
            self = .confirmed(ack.delivery_tag, multiple: ack.multiple != 0)
        case AMQPMethod.nack:
            let nack = unsafe decoded.load(as: amqp_basic_nack_t.self)
            self = .nacked(nack.delivery_tag, multiple: nack.multiple != 0)
        case AMQPMethod.returned:
            self = .returned(reason: unsafe String(decoded.load(as: amqp_basic_return_t.self).reply_text))
        case AMQPMethod.blocked:
            self = .blocked(reason: unsafe String(decoded.load(as: amqp_connection_blocked_t.self).reason))
        case AMQPMethod.channelClose:
            let close = unsafe decoded.load(as: amqp_channel_close_t.self)
            self = unsafe .closed(code: Int(close.reply_code), reason: String(close.reply_text))
        case AMQPMethod.connectionClose:
            let close = unsafe decoded.load(as: amqp_connection_close_t.self)
            self = unsafe .closed(code: Int(close.reply_code), reason: String(close.reply_text))
        case AMQPMethod.unblocked: self = .unblocked
        default: self = .other
        }
    }

    private init(header decoded: UnsafeMutableRawPointer?) {
        guard let decoded = unsafe decoded else {
            self = .other
            return
        }
        let properties = unsafe decoded.load(as: amqp_basic_properties_t.self)
        let hasID = unsafe properties._flags & UInt32(AMQP_BASIC_MESSAGE_ID_FLAG) != 0
        self = unsafe .properties(id: hasID ? String(properties.message_id) : nil)
    }
}

/// The protocol's numbers of methods (AMQP 0-9-1, with RabbitMQ's extensions).
private enum AMQPMethod {
    static let ack: UInt32 = 0x003C_0050
    static let nack: UInt32 = 0x003C_0078
    static let returned: UInt32 = 0x003C_0032
    static let blocked: UInt32 = 0x000A_003C
    static let unblocked: UInt32 = 0x000A_003D
    static let channelClose: UInt32 = 0x0014_0028
    static let connectionClose: UInt32 = 0x000A_0032
}

extension String {
    /// A text of librabbitmq's, which lives until its buffers are released.
    init(_ bytes: amqp_bytes_t) {
        self = unsafe String(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
    }
}
