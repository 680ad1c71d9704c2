import FoundationEssentials
import Glibc
import Gzip
import Postgres

extension Archive {
    /// Archives a sealed partition. The file is read back and compared before anybody may rely on it.
    static func write(_ partition: Partition, to folder: String, from database: Database) async throws -> Archive {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ArchiveError(path: folder, "the folder cannot be made", error)
        }
        let path = folder + "/" + partition.archiveName
        do {
            return try await write(partition, path, from: database)
        } catch {
            // What is half done would only take room; a disk that is full is a likely reason.
            try? FileManager.default.removeItem(atPath: path + ".jsonl.gz.partial")
            throw error
        }
    }

    private static func write(_ partition: Partition, _ stem: String, from database: Database) async throws -> Archive {
        let path = stem + ".jsonl.gz"
        var writer = try GzipWriter(path: path + ".partial")
        let count = try await copy(partition, from: database) { try writer.write($0) }
        try writer.finish()
        guard count == partition.events else {
            throw ArchiveError(path: path, reason: "\(count) events were found, \(partition.events) were expected")
        }
        let contents = try Contents(path: path + ".partial")
        guard contents.lines == count else {
            throw ArchiveError(path: path, reason: "\(contents.lines) of \(count) events came back when it was read")
        }
        let archive = Archive(
            format: 1,
            file: partition.archiveName + ".jsonl.gz",
            firstSeq: partition.first,
            lastSeq: partition.last,
            events: count,
            firstPosition: partition.positions?.lowerBound,
            lastPosition: partition.positions?.upperBound,
            oldest: partition.oldest,
            newest: partition.newest,
            bytes: contents.bytes,
            sha256: contents.sha256,
            archivedAt: Date()
        )
        try move(path + ".partial", to: path)
        try archive.writeManifest(stem + ".json")
        return archive
    }

    /// Reads a partition page by page, in order of position.
    private static func copy(
        _ partition: Partition,
        from database: Database,
        to write: ([UInt8]) throws -> Void
    ) async throws -> Int {
        guard let positions = partition.positions else { return 0 }
        var (position, count) = (positions.lowerBound - 1, 0)
        while position < positions.upperBound {
            let rows = try await page(of: partition, after: position, through: positions.upperBound, database)
            guard let last = rows.last else { break }
            var bytes: [UInt8] = []
            for row in rows {
                bytes += (try row["line"] as String).utf8
                bytes.append(UInt8(ascii: "\n"))
            }
            try write(bytes)
            count += rows.count
            position = try last["position"]
        }
        return count
    }

    private static func page(
        of partition: Partition,
        after position: Int,
        through last: Int,
        _ database: Database
    ) async throws -> Rows {
        try await database.transaction(PartitionStore.options) { tx in
            // Few of all rows are wanted, each found by its key, whatever the statistics say.
            for kind in ["seqscan", "hashjoin", "mergejoin"] { tx.send("SET LOCAL enable_\(raw: kind) = off") }
            return try await tx.query(
                """
                SELECT l.position, row_to_json(line)::text AS line
                FROM (SELECT l.position, l.seq FROM events.log l
                      WHERE l.position > \(position) AND l.position <= \(last)
                        AND l.seq BETWEEN \(partition.first) AND \(partition.last)
                      ORDER BY l.position LIMIT 2000) l
                JOIN \(raw: partition.leaf) e ON e.seq = l.seq
                CROSS JOIN LATERAL (
                    SELECT l.position, e.seq, e.id, e.name, e.version, e.key, e.slot, e.payload, e.actor,
                           e.request_id AS "requestId", e.correlation_id AS "correlationId",
                           e.causation_id AS "causationId", e.traceparent,
                           to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "recordedAt"
                ) line
                ORDER BY l.position
                """
            )
        }
    }

    private func writeManifest(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try encoder.encode(self).write(to: URL(filePath: path + ".partial"))
        try Self.move(path + ".partial", to: path)
    }

    /// Gives a finished file its name, for good: the file and its folder's entry are on the disk afterwards.
    private static func move(_ source: String, to path: String) throws {
        try sync(source)
        guard unsafe rename(source, path) == 0 else {
            throw ArchiveError(path: path, reason: "it could not be renamed")
        }
        try sync(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    }

    private static func sync(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw ArchiveError(path: path, reason: "it could not be made durable: \(reason)")
        }
    }
}
