internal import CZlib

/// Reads a gzip file line by line, in constant memory. A file that was cut short or changed is an error, not an end.
@safe public struct GzipReader: ~Copyable {
    private let file: gzFile
    private let path: String
    private var rest: [UInt8] = []
    private var isAtEnd = false

    /// Opens the file.
    public init(path: String) throws {
        guard let file = unsafe gzopen(path, "rb") else { throw GzipError(path: path, reason: GzipError.system) }
        unsafe self.file = unsafe file
        self.path = path
    }

    /// The next lines, about as many as fit into a buffer, without their ends. Empty at the end of the file.
    public mutating func lines() throws -> [[UInt8]] {
        while !isAtEnd, !rest.contains(UInt8(ascii: "\n")) { try fill() }
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
            guard rest.isEmpty else { throw GzipError(path: path, reason: "its last line has no end") }
            return []
        }
        let lines = rest[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        defer { rest.removeSubrange(...end) }
        return lines.map { Array($0) }
    }

    private mutating func fill() throws {
        let size = 1 << 18
        var failed = false
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let read = unsafe gzread(file, buffer.baseAddress, UInt32(size))
            failed = read < 0
            count = Int(max(0, read))
        }
        isAtEnd = chunk.isEmpty
        var code = Z_OK
        _ = unsafe gzerror(file, &code)
        // A file that ends too early reads as an end with an error beside it.
        guard !failed, code == Z_OK else { throw unsafe GzipError(path: path, file) }
        rest += chunk
    }

    deinit {
        _ = unsafe gzclose(file)
    }
}
