import FoundationEssentials
import Machine

/// Looks over the machine that the process is to run on.
public enum MachineDiagnosis {
    /// Files, memory, time zones and certificates, and the disks behind some folders.
    public static func findings(folders: [String], diskPercent: Int) -> [Finding] {
        [files(Machine.openFileLimit), memory(Machine.memoryLimit)]
            + folders.map { disk($0, DiskSpace(at: $0), percent: diskPercent) }
            + [
                file(
                    "machine.timezones",
                    "/usr/share/zoneinfo/Europe/Berlin",
                    missing: .error(
                        "machine.timezones",
                        "there are no time zones: a family's day begins at the wrong hour",
                        fix: "install tzdata"
                    )
                ),
                file(
                    "machine.certificates",
                    "/etc/ssl/certs/ca-certificates.crt",
                    missing: .warning(
                        "machine.certificates",
                        "there are no certificates to trust: nothing can be reached over TLS",
                        fix: "install ca-certificates"
                    )
                ),
            ]
    }

    static func files(_ limit: Int?) -> Finding {
        let check = "machine.files"
        guard let limit else { return .skipped(check, "the limit of open files is not known") }
        guard limit < 4_096 else { return .ok(check, "\(min(limit, 1 << 30)) files and sockets may be open") }
        return .warning(
            check,
            "only \(limit) files and sockets may be open, which is about as many clients",
            fix: "raise the limit: LimitNOFILE=65536 in the unit, or ulimit -n 65536"
        )
    }

    static func memory(_ limit: Int?) -> Finding {
        let check = "machine.memory"
        guard let limit else { return .ok(check, "no limit of memory") }
        guard limit < 256 << 20 else { return .ok(check, "up to \(limit >> 20) MB of memory") }
        return .warning(check, "only \(limit >> 20) MB of memory are allowed", fix: "allow at least 256 MB")
    }

    static func disk(_ folder: String, _ disk: DiskSpace?, percent: Int) -> Finding {
        let check = "machine.disk"
        guard let disk else { return .error(check, "there is no folder \(folder)", fix: "mkdir -p \(folder)") }
        let message = "\(disk.freePercent) % of the disk behind \(folder) are free (\(disk.free >> 20) MB)"
        let fix = "make room, or set a larger disk below \(folder)"
        if disk.freePercent < 2 { return .error(check, message, fix: fix) }
        return disk.freePercent < percent ? .warning(check, message, fix: fix) : .ok(check, message)
    }

    private static func file(_ check: String, _ path: String, missing: Finding) -> Finding {
        FileManager.default.fileExists(atPath: path) ? .ok(check, "present") : missing
    }
}
