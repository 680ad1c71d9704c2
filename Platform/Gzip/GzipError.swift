internal import CZlib
import Glibc

/// A gzip file cannot be written or read.
public struct GzipError: Error, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong.
    public let reason: String

    /// One line for the operator.
    public var description: String { "\(path): \(reason)" }

    init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    init(path: String, _ file: gzFile) {
        var code = Z_OK
        let message = unsafe gzerror(file, &code)
        self.path = path
        let text = unsafe message.map { unsafe String(cString: $0) } ?? "zlib error \(code)"
        reason = code == Z_ERRNO ? Self.system : text
    }

    /// What the operating system said last.
    static var system: String { unsafe String(cString: strerror(errno)) }
}
