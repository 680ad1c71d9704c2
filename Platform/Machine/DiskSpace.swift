import Glibc

/// The room on the disk behind a path.
public struct DiskSpace: Sendable, Hashable {
    /// Bytes in all.
    public let total: Int
    /// Bytes that a process without privileges can still write.
    public let free: Int

    /// Asks the file system; nil when there is nothing at the path.
    public init?(at path: String) {
        var answer = statvfs()
        guard unsafe statvfs(path, &answer) == 0, answer.f_blocks > 0 else { return nil }
        total = Int(answer.f_blocks) * Int(answer.f_frsize)
        free = Int(answer.f_bavail) * Int(answer.f_frsize)
    }

    /// How much of it is free, from 0 to 100.
    public var freePercent: Int { free * 100 / max(total, 1) }
}
