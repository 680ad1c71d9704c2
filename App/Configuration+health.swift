/// From where on `/health` warns.
struct HealthLimits {
    /// Jobs, or events of one listener, that wait.
    var waiting = 1_000
    /// Jobs or events that failed for good.
    var failed = 100
    /// Memory in RAM, in megabytes.
    var memory = 1_024
    /// Free part of the disk, in percent.
    var disk = 10
}

extension Configuration {
    static func health(_ environment: inout Environment) -> HealthLimits {
        var limits = HealthLimits()
        limits.waiting = environment.integer(
            "STORYTIME_HEALTH_WAITING",
            default: limits.waiting,
            in: 1...1_000_000_000,
            "jobs, or events of one listener, that may wait before health warns"
        )
        limits.failed = environment.integer(
            "STORYTIME_HEALTH_FAILED",
            default: limits.failed,
            in: 0...1_000_000_000,
            "jobs or events that may have failed for good before health warns"
        )
        limits.memory = environment.integer(
            "STORYTIME_HEALTH_MEMORY",
            default: limits.memory,
            in: 16...1_048_576,
            "megabytes that the process may take before health warns"
        )
        limits.disk = environment.integer(
            "STORYTIME_HEALTH_DISK",
            default: limits.disk,
            in: 0...99,
            "percent of the disk that have to be free, or health warns"
        )
        return limits
    }
}
