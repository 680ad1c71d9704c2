internal import CHiredis

extension RedisValue {
    /// Copies a reply of hiredis, whose parser bounds how deep it nests.
    init(_ reply: UnsafePointer<redisReply>) {
        let type = unsafe reply.pointee.type
        switch type {
        case REDIS_REPLY_INTEGER: self = unsafe .integer(Int(reply.pointee.integer))
        case REDIS_REPLY_STRING: self = unsafe .bytes(Self.copy(reply))
        case REDIS_REPLY_STATUS: self = unsafe .status(String(decoding: Self.copy(reply), as: UTF8.self))
        case REDIS_REPLY_ERROR:
            self = unsafe .error(RedisError(reply: String(decoding: Self.copy(reply), as: UTF8.self)))
        case REDIS_REPLY_ARRAY:
            let elements = unsafe UnsafeBufferPointer(start: reply.pointee.element, count: reply.pointee.elements)
            self = unsafe .array(elements.map { unsafe $0.map { unsafe RedisValue($0) } ?? .null })
        default: self = .null
        }
    }

    private static func copy(_ reply: UnsafePointer<redisReply>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len))
    }
}
