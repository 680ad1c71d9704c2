import EventOutbox
import StrictJSON
import Web

extension OutboxRoutes {
    var retention: Endpoint {
        look(
            "/retention",
            "readOutboxRetention",
            "See how much of the past is kept, who keeps it, and what goes next",
            returns: .ok(RetentionPlan.self)
        ) { _ in
            RetentionPlan(
                status: try await operations.retentionStatus(configuration.retention),
                due: try await operations.planRetention(configuration)
            )
        }
    }

    var archiveList: Endpoint {
        look(
            "/archives",
            "listArchives",
            "List the archives, the oldest events first",
            returns: .ok(Page<Archive>.self),
            fails: [.conflict]
        ) { _ in Page(try Archive.list(in: try folder)) }
    }

    var restore: Endpoint {
        change(
            "/archives/restore",
            "restoreArchive",
            "Bring archived events back, to look at them and to replay them",
            RestoreOrder.self,
            returns: .ok(Archive.self)
        ) { request, order in
            let path = "\(try folder)/\(order.file)"
            let archive = try await operations.checkArchive(path)
            _ = try await operations.restore(path, by: try request.person(because: order.reason))
            return .ok(archive)
        }
        // A partition may hold a million events.
        .answering(within: .seconds(600))
    }

    private var folder: String {
        get throws {
            guard let folder = configuration.retention.archive else {
                throw Problem(.conflict, "There are no archives: STORYTIME_ARCHIVE_DIRECTORY is not set")
            }
            return folder
        }
    }
}

/// How much is kept, and what goes next.
struct RetentionPlan: ResponseBody {
    let status: RetentionStatus
    let due: [RetentionStep]

    static let schema = Schema.object(
        "OutboxRetentionPlan",
        "How much of the log is kept, and what goes next",
        [
            .required("status", RetentionStatus.schema),
            .required("due", .array(RetentionStep.schema), "Partitions that are archived and dropped next"),
        ]
    )
}

/// An archive to restore, and why.
struct RestoreOrder: RequestBody {
    let file: String
    let reason: String

    static let schema = Schema.object(
        "RestoreOrder",
        "An archive to restore, and why",
        [
            .required("file", .string(min: 1, max: 100, pattern: name).example("events-1-1000.jsonl.gz"), "As listed"),
            .required("reason", Reason.text, "Why to restore it; kept in the log of operations"),
        ]
    )

    /// No folder, so that nothing else can be read.
    private static let name: Pattern = #"^events-[0-9]+-[0-9]+\.jsonl\.gz$"#
}
