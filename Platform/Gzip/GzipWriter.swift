internal import CZlib
import Glibc

/// Writes a gzip file, piece by piece.
///
/// Nothing is certain before `finish` has returned: it writes what is left and waits for the disk.
@safe public struct GzipWriter: ~Copyable {
    private var file: gzFile?
    private let path: String

    /// Makes the file, or empties it.
    public init(path: String) throws {
        self.path = path
        unsafe file = unsafe gzopen(path, "wb6")
        if unsafe file == nil { throw GzipError(path: path, reason: GzipError.system) }
    }

    /// Adds bytes.
    public func write(_ bytes: [UInt8]) throws {
        guard let file = unsafe file, !bytes.isEmpty else { return }
        guard unsafe gzwrite(file, bytes, UInt32(bytes.count)) == Int32(bytes.count) else {
            throw unsafe GzipError(path: path, file)
        }
    }

    /// Ends the file and makes it durable. Nothing may be written afterwards.
    public mutating func finish() throws {
        guard let file = unsafe self.file.take() else { return }
        guard unsafe gzclose(file) == Z_OK else { throw GzipError(path: path, reason: "it could not be finished") }
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { throw GzipError(path: path, reason: GzipError.system) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw GzipError(path: path, reason: GzipError.system) }
    }

    deinit {
        if let file = unsafe file { _ = unsafe gzclose(file) }
    }
}
