import EventOutbox

extension Configuration {
    /// How events get to their listeners, and how long they are kept.
    static func outbox(_ environment: inout Environment) -> OutboxConfiguration {
        var outbox = OutboxConfiguration()
        outbox.concurrency = environment.integer(
            "STORYTIME_OUTBOX_CONCURRENCY",
            default: outbox.concurrency,
            in: 1...64,
            "lanes of listeners that run at once"
        )
        outbox.batch = environment.integer(
            "STORYTIME_OUTBOX_BATCH",
            default: outbox.batch,
            in: 1...10_000,
            "events a lane takes in one transaction"
        )
        outbox.retention = retention(&environment)
        outbox.poll = environment.seconds(
            "STORYTIME_OUTBOX_POLL",
            default: outbox.poll / .seconds(1),
            "seconds after which a node looks for events that it was not told of"
        )
        outbox.lease = environment.seconds(
            "STORYTIME_OUTBOX_LEASE",
            default: outbox.lease / .seconds(1),
            "seconds without a sign of life after which another node sequences"
        )
        outbox.renewal = outbox.lease / 4
        if !(.milliseconds(200)...(.seconds(60))).contains(outbox.lease) {
            environment.refuse("STORYTIME_OUTBOX_LEASE", "must be from 0.2 to 60 seconds")
        }
        return outbox
    }

    private static func retention(_ environment: inout Environment) -> RetentionPolicy {
        var policy = RetentionPolicy()
        let days = environment.integer(
            "STORYTIME_RETENTION_DAYS",
            default: 30,
            in: 1...36_500,
            "days for which events are kept at least"
        )
        policy.age = .seconds(days * 86_400)
        let gigabytes = environment.integer(
            "STORYTIME_RETENTION_GIGABYTES",
            default: 0,
            in: 0...1_000_000,
            "size from which on handled events go earlier than that; 0 is no limit"
        )
        policy.bytes = gigabytes == 0 ? nil : gigabytes << 30
        policy.archive = environment.text("STORYTIME_ARCHIVE_DIRECTORY", "folder where events are archived first")
        policy.partitionSize = environment.integer(
            "STORYTIME_PARTITION_EVENTS",
            default: policy.partitionSize,
            in: 50_000...100_000_000,
            "events a partition; they are dropped in whole partitions"
        )
        let hours = environment.integer(
            "STORYTIME_PARTITION_HOURS",
            default: 24,
            in: 1...8_760,
            "hours after which a partition ends although it is not full"
        )
        policy.partitionAge = .seconds(hours * 3_600)
        return policy
    }
}
