import Glibc

/// Where finished log lines go.
public struct LogSink: Sendable {
    let write: @Sendable (_ line: [UInt8]) -> Void

    /// A sink that hands each line, with its line break, to a closure.
    public init(_ write: @escaping @Sendable (_ line: [UInt8]) -> Void) { self.write = write }

    /// Standard error. A line is one write, so that lines of several threads do not mix.
    public static let standardError = LogSink { line in
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if errno == EINTR { continue }
                // Nobody reads, or the disk is full: the program goes on without this line.
                return
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Whether a person is likely to read standard error as it comes.
    public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
