import EventDelivery
public import FoundationEssentials
public import Logging
import Postgres

/// A partition that retention would take, or did take.
public struct RetentionStep: Sendable, Encodable {
    /// The first number of the partition.
    public let firstSeq: Int
    /// The last number of the partition.
    public let lastSeq: Int
    /// How many events are in it.
    public let events: Int
    /// When its newest event was recorded.
    public let newest: Date?
    /// Its size in the database.
    public let bytes: Int
    /// The archive it is in; nil when there is none, or not yet.
    public let archive: String?

    init(_ partition: Partition) {
        firstSeq = partition.first
        lastSeq = partition.last
        events = partition.events
        newest = partition.newest
        bytes = partition.bytes
        archive = partition.archive
    }
}

extension OutboxOperations {
    /// What retention would archive and drop at this moment.
    public func planRetention(_ configuration: OutboxConfiguration) async throws -> [RetentionStep] {
        let store = PartitionStore(database: database, policy: configuration.retention, tail: configuration.tail)
        return try await look { tx in try await store.due(in: tx).map { RetentionStep($0) } }
    }

    /// Archives and drops what is due now, without waiting for a node to do it. Returns what was due, and how many
    /// partitions are gone; the others are still in use by somebody's open transaction and go later.
    public func retain(
        _ configuration: OutboxConfiguration,
        by operation: Operator,
        logger: Logger
    ) async throws -> (due: [RetentionStep], dropped: Int) {
        let upkeep = Upkeep(database, configuration.retention, tail: configuration.tail, logger: logger)
        try await upkeep.store.close()
        try await upkeep.store.seal()
        let due = try await planRetention(configuration)
        guard !due.isEmpty else { return ([], 0) }
        try await database.transaction { tx in
            Self.log("archive", "\(due.count) partitions", by: operation, in: tx)
        }
        return (due, try await upkeep.drop())
    }

    /// Checks an archive against its manifest and this database, and says what restoring it would bring back.
    public func checkArchive(_ path: String) async throws -> Archive {
        let archive = try Archive.read(path)
        try archive.verify(in: Self.folder(of: path))
        let rows = try await database.read(
            """
            SELECT dropped_at IS NULL AS is_there FROM events.partition
            WHERE parent = 'event' AND first = \(archive.firstSeq) AND last = \(archive.lastSeq)
              AND events = \(archive.events) AND first_position IS NOT DISTINCT FROM \(archive.firstPosition)
              AND last_position IS NOT DISTINCT FROM \(archive.lastPosition)
            """
        )
        guard let row = rows.first else {
            throw ArchiveError(path: path, reason: "it is not an archive of this database")
        }
        guard try !(row["is_there"] as Bool) else {
            throw ArchiveError(path: path, reason: "its events are in the database")
        }
        return archive
    }

    /// Brings archived events back, so that they can be shown and replayed. They stay for as long as the retention policy
    /// says. Returns how many.
    public func restore(_ path: String, by operation: Operator) async throws -> Int {
        let archive = try await checkArchive(path)
        return try await database.transaction(PartitionStore.options) { tx in
            let count = try await archive.restore(from: Self.folder(of: path), in: tx)
            guard count == archive.events else {
                throw ArchiveError(path: path, reason: "\(count) of \(archive.events) events could be put back")
            }
            Self.log("restore", archive.file, by: operation, in: tx)
            return count
        }
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Like `requireKept`, in the transaction that notes who needs the events: retention waits for its end, and then sees
    /// the note.
    static func keep(_ positions: ClosedRange<Int>, in tx: borrowing Transaction) async throws {
        tx.send(
            """
            SELECT FROM events.partition
            WHERE parent = 'event' AND first_position <= \(positions.upperBound) AND last_position >= \(positions.lowerBound)
            ORDER BY first FOR SHARE
            """
        )
        try await requireKept(positions, in: tx)
    }

    /// Throws when a position was asked for whose event is gone.
    static func requireKept(_ reference: String, in tx: borrowing Transaction) async throws {
        guard let position = Int(reference) else { return }
        try await requireKept(position...position, in: tx)
    }

    /// Throws when events of a range are gone, or about to go, and tells which archives hold them.
    static func requireKept(_ positions: ClosedRange<Int>, in tx: borrowing Transaction) async throws {
        let gone = try await tx.query(
            """
            SELECT coalesce(archive, '') AS archive FROM events.partition
            WHERE parent = 'event' AND (dropped_at IS NOT NULL OR dropping_at IS NOT NULL)
              AND first_position <= \(positions.upperBound) AND last_position >= \(positions.lowerBound)
            ORDER BY first
            """
        )
        guard gone.isEmpty else {
            throw OutboxError.eventsGone(archives: try gone.map { try $0["archive"] }.filter { !$0.isEmpty })
        }
    }
}
