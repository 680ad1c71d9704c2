import CRabbitMQ

/// Texts that librabbitmq is to read, end to end in one buffer.
struct TextArena {
    private var bytes: [UInt8] = []

    mutating func add(_ text: String) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        return start..<bytes.count
    }

    /// Lends a function that finds a text; what it returns lives as long as the body runs.
    mutating func lend<Result>(_ body: ((Range<Int>) -> amqp_bytes_t) -> Result) -> Result {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe body { range in
                unsafe amqp_bytes_t(len: range.count, bytes: buffer.baseAddress.map { unsafe $0 + range.lowerBound })
            }
        }
    }
}
