import FoundationEssentials
import Glibc
import Machine

/// What the kernel knows of this process, under the names that every Prometheus client uses.
public enum ProcessMetrics {
    /// Reads `/proc/self`.
    public static let collect: MetricsRegistry.Collector = {
        let usage = try ProcessUsage()
        var families = [
            MetricFamily("process_cpu_seconds_total", .counter, "CPU time, user and system.", usage.cpuSeconds),
            MetricFamily("process_resident_memory_bytes", .gauge, "Memory in use.", usage.residentBytes),
            MetricFamily("process_virtual_memory_bytes", .gauge, "Address space.", usage.virtualBytes),
            MetricFamily("process_threads", .gauge, "Threads.", usage.threads),
            MetricFamily("process_start_time_seconds", .gauge, "When it started, since 1970.", usage.startSeconds),
        ]
        if let open = Machine.openFiles {
            families.append(MetricFamily("process_open_fds", .gauge, "Open file descriptors.", Double(open)))
        }
        if let most = Machine.openFileLimit {
            families.append(MetricFamily("process_max_fds", .gauge, "File descriptors there may be.", Double(most)))
        }
        return families
    }
}

/// The fields of `/proc/self/stat` that say what a process uses.
private struct ProcessUsage {
    let cpuSeconds: Double
    let residentBytes: Double
    let virtualBytes: Double
    let threads: Double
    let startSeconds: Double

    init() throws {
        let stat = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        // The program's name is in parentheses and may contain anything; the fields that count come after it.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").dropFirst()
        func field(_ number: Int) -> Double {
            let index = fields.startIndex + number - 3
            return fields.indices.contains(index) ? Double(fields[index]) ?? 0 : 0
        }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        cpuSeconds = (field(14) + field(15)) / ticks
        threads = field(20)
        virtualBytes = field(23)
        residentBytes = field(24) * Double(sysconf(Int32(_SC_PAGESIZE)))
        startSeconds = try Self.bootSeconds() + field(22) / ticks
    }

    private static func bootSeconds() throws -> Double {
        let lines = try String(contentsOfFile: "/proc/stat", encoding: .utf8).split(separator: "\n")
        return lines.first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) } ?? 0
    }
}
