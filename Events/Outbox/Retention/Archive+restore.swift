import FoundationEssentials
import Gzip
import Postgres

extension Archive {
    /// Puts the events of a file back where they were, in the caller's transaction. Returns how many were missing.
    ///
    /// Their partitions are made anew, with those of the log; replays and operators then read them like any other event,
    /// and the sequencer never looks at them, because what is sealed stays sealed.
    func restore(from folder: String, in tx: borrowing Transaction) async throws -> Int {
        try await makePartitions(in: tx)
        var reader = try GzipReader(path: folder + "/" + file)
        var count = 0
        while case let page = try reader.lines(), !page.isEmpty {
            for start in stride(from: 0, to: page.count, by: 500) {
                count += try await insert(page[start..<min(start + 500, page.count)].map { RawJSON(utf8: $0) }, in: tx)
            }
        }
        return count
    }

    private func makePartitions(in tx: borrowing Transaction) async throws {
        try await tx.query(
            """
            SELECT events.add_partition(p.parent, p.first, p.last)
            FROM events.partition p
            WHERE p.dropped_at IS NOT NULL AND (
                p.parent = 'event' AND p.first = \(firstSeq)
                OR p.parent = 'log' AND p.last >= \(firstPosition) AND p.first <= \(lastPosition))
            ORDER BY p.parent, p.first
            """
        )
    }

    private func insert(_ lines: [RawJSON], in tx: borrowing Transaction) async throws -> Int {
        try await tx.execute(
            """
            WITH line AS (
                SELECT r.* FROM unnest(\(lines)) AS l, jsonb_to_record(l) AS r (
                    position bigint, seq bigint, id uuid, name text, version integer, key text, slot smallint,
                    payload jsonb, actor text, "requestId" text, "correlationId" uuid, "causationId" uuid,
                    traceparent text, "recordedAt" timestamptz)
            ), logged AS (
                INSERT INTO events.log (position, seq, name, slot)
                SELECT position, seq, name, slot FROM line ON CONFLICT DO NOTHING
            )
            INSERT INTO events.event (xid, seq, id, name, version, key, slot, payload, actor, request_id,
                                      correlation_id, causation_id, traceparent, recorded_at)
            OVERRIDING SYSTEM VALUE
            SELECT '3', seq, id, name, version, key, slot, payload, actor, "requestId", "correlationId", "causationId",
                   traceparent, "recordedAt" FROM line
            ON CONFLICT DO NOTHING
            """
        )
    }
}
