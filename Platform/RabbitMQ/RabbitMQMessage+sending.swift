import CRabbitMQ
import FoundationEssentials

extension RabbitMQMessage {
    /// Hands the message to librabbitmq, which has sent it when this returns; returns its status.
    func send(over connection: amqp_connection_state_t, _ exchange: String, _ mandatory: Bool) -> Int32 {
        var text = TextArena()
        let (exchange, key) = (text.add(exchange), text.add(routingKey))
        let parts = (text.add(contentType), text.add(id), text.add(type))
        let pairs = headers.map { (text.add($0.name), text.add($0.value)) }
        return unsafe text.lend { find in
            var entries = unsafe pairs.map { unsafe Self.entry(find($0.0), find($0.1)) }
            return unsafe entries.withUnsafeMutableBufferPointer { entries in
                var properties = unsafe amqp_basic_properties_t()
                unsafe properties._flags = Self.flags
                unsafe properties.content_type = find(parts.0)
                unsafe properties.message_id = find(parts.1)
                unsafe properties.type = find(parts.2)
                unsafe properties.delivery_mode = UInt8(AMQP_DELIVERY_PERSISTENT.rawValue)
                unsafe properties.timestamp = UInt64(max(0, timestamp.timeIntervalSince1970))
                unsafe properties.headers = amqp_table_t(
                    num_entries: Int32(entries.count),
                    entries: entries.baseAddress
                )
                return unsafe publish(over: connection, find(exchange), find(key), mandatory, &properties)
            }
        }
    }

    private func publish(
        over connection: amqp_connection_state_t,
        _ exchange: amqp_bytes_t,
        _ key: amqp_bytes_t,
        _ mandatory: Bool,
        _ properties: inout amqp_basic_properties_t
    ) -> Int32 {
        unsafe body.withUnsafeBytes { body in
            // librabbitmq takes a pointer to what it only reads.
            let bytes = unsafe amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress))
            return unsafe amqp_basic_publish(
                connection,
                AMQPConnection.channel,
                exchange,
                key,
                mandatory ? 1 : 0,
                0,
                &properties,
                bytes
            )
        }
    }

    private static func entry(_ name: amqp_bytes_t, _ value: amqp_bytes_t) -> amqp_table_entry_t {
        var entry = unsafe amqp_table_entry_t()
        unsafe entry.key = unsafe name
        unsafe entry.value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
        unsafe entry.value.value.bytes = unsafe value
        return unsafe entry
    }

    private static let flags = UInt32(
        AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG
            | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_TYPE_FLAG
    )
}
