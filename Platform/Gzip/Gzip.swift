internal import CZlib

/// Compresses and decompresses whole bodies in memory.
public enum Gzip {
    /// What became of compressed bytes.
    public enum Decompressed: Sendable, Hashable {
        /// They were these.
        case bytes([UInt8])
        /// They are not one whole gzip stream.
        case corrupt
        /// They are more than the limit; nothing beyond it was made.
        case tooLarge
    }

    /// The bytes as a gzip stream, the same ones for the same bytes; nil when there is no memory for it.
    public static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8]? {
        unsafe withStream { stream in
            let version = ZLIB_VERSION
            let size = unsafe Int32(MemoryLayout<z_stream>.size)
            guard
                unsafe deflateInit2_(stream, level, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, version, size)
                    == Z_OK
            else { return nil }
            defer { _ = unsafe deflateEnd(stream) }
            let bound = unsafe Int(deflateBound(stream, UInt(bytes.count)))
            let (output, code) = unsafe run(stream, bytes, room: bound) { unsafe deflate($0, Z_FINISH) }
            return code == Z_STREAM_END ? output : nil
        }
    }

    /// What a gzip stream holds, up to a limit.
    public static func decompress(_ bytes: [UInt8], limit: Int) -> Decompressed {
        unsafe withStream { stream in
            let size = unsafe Int32(MemoryLayout<z_stream>.size)
            guard unsafe inflateInit2_(stream, gzipWindow, ZLIB_VERSION, size) == Z_OK else { return .corrupt }
            defer { _ = unsafe inflateEnd(stream) }
            // One byte more than allowed tells whether there is more; small bodies do not reserve the whole limit.
            var room = min(limit + 1, max(4_096, bytes.count * 8))
            var output: [UInt8] = []
            var rest = bytes[...]
            while true {
                let (chunk, code) = unsafe run(stream, Array(rest), room: room) { unsafe inflate($0, Z_NO_FLUSH) }
                output += chunk
                rest = unsafe rest.suffix(Int(stream.pointee.avail_in))
                guard output.count <= limit else { return .tooLarge }
                if code == Z_STREAM_END { return rest.isEmpty ? .bytes(output) : .corrupt }
                guard code == Z_OK, !chunk.isEmpty else { return .corrupt }
                room = min(limit + 1 - output.count, 1 << 18)
            }
        }
    }

    /// 15 bits of window, and 16 for the gzip format.
    private static let gzipWindow: Int32 = 15 + 16

    /// zlib wants its state to stay where it is.
    private static func withStream<Result>(_ body: (UnsafeMutablePointer<z_stream>) -> Result) -> Result {
        var stream = unsafe z_stream()
        return unsafe withUnsafeMutablePointer(to: &stream) { unsafe body($0) }
    }

    /// Feeds the bytes and returns what came out, at most `room`.
    private static func run(
        _ stream: UnsafeMutablePointer<z_stream>,
        _ input: [UInt8],
        room: Int,
        _ step: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> (output: [UInt8], code: Int32) {
        var input = input
        var code = Z_OK
        let output = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                unsafe stream.pointee.next_in = input.baseAddress
                unsafe stream.pointee.avail_in = UInt32(input.count)
                unsafe stream.pointee.next_out = buffer.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                code = unsafe step(stream)
                count = unsafe room - Int(stream.pointee.avail_out)
            }
        }
        return (output, code)
    }
}
