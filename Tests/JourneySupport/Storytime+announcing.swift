import Events
import Postgres

extension Storytime {
    /// Puts an event into the outbox that no request led to, such as one that cannot be read.
    package func announce(_ name: String, about key: String, payload: String) async throws {
        try await database.transaction { tx in
            try await tx.execute(
                """
                INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id)
                VALUES (gen_random_uuid(), \(name), 1, \(key), \(OrderingKey(stored: key).slot),
                        \(RawJSON(utf8: Array(payload.utf8))), gen_random_uuid())
                """
            )
        }
    }
}
