import FoundationEssentials
import Glibc

/// What the kernel says of this process and of what it runs on. Every answer is nil where the kernel does not give it.
public enum Machine {
    /// Memory that the process has in RAM, in bytes.
    public static var residentBytes: Int? {
        guard let fields = text("/proc/self/statm")?.split(separator: " "), fields.count > 1 else { return nil }
        return Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// The most memory that the process may have: its control group's limit, nil when there is none.
    public static var memoryLimit: Int? {
        text("/sys/fs/cgroup/memory.max").flatMap { Int($0.filter { !$0.isWhitespace }) }
    }

    /// Files, sockets among them, that the process has open.
    public static var openFiles: Int? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
    }

    /// How many files the process may have open.
    public static var openFileLimit: Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    private static func text(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
