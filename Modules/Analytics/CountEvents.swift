import EventDelivery
import Events
import Postgres

/// Counts every event by name and by UTC day, each exactly once however often it is delivered.
///
/// An event is counted by setting the bit of its position in the log. Setting it again changes nothing, so redelivery,
/// a replay beside live traffic and batches in any order all end in the same counts, and nothing has to be emptied
/// before a rebuild.
enum CountEvents {
    static var listener: Listener {
        .transactional("analytics.daily-count", from: .beginning) {
            Reaction.onAll { envelopes, tx in try await count(envelopes, in: tx) }
        }
        .projecting("analytics.event_block")
    }

    /// One statement for the whole batch. Rows are taken in order, so lanes that meet in a block wait for each other
    /// rather than deadlock; a row that has every bit already is left alone.
    static func count(_ envelopes: [EventEnvelope], in tx: borrowing Transaction) async throws {
        tx.send(
            """
            INSERT INTO analytics.event_block AS block (day, name, block, seen)
            SELECT (recorded_at AT TIME ZONE 'UTC')::date, name, position / 4096,
                   bit_or(set_bit(B'0'::bit(4096), (position % 4096)::integer, 1))
            FROM unnest(\(envelopes.map(\.position)), \(envelopes.map(\.name.rawValue)), \(envelopes.map(\.recordedAt)))
                AS event (position, name, recorded_at)
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            ON CONFLICT (day, name, block) DO UPDATE SET seen = block.seen | excluded.seen
            WHERE block.seen | excluded.seen <> block.seen
            """
        )
    }
}
