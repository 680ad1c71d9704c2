import EventDelivery
import Events
import FoundationEssentials
import Postgres

/// The SQL that finds events which end the process: what is written before their handlers run outlives a crash.
enum CrashStore {
    /// Counts an attempt that is about to be made, as if it had failed already.
    static func claim(
        _ due: DueEvent,
        _ lane: Lane,
        by life: UUID,
        crashes: Int,
        retryAfter delay: Duration?,
        in tx: borrowing Transaction
    ) {
        tx.send(
            """
            UPDATE events.deviation
            SET attempts = \(due.attempts + 1), crashes = \(crashes), claimed_by = \(life),
                next_attempt_at = now() + make_interval(secs => \(delay?.inSeconds ?? 0))
            WHERE listener = \(lane.listener) AND position = \(due.envelope.position)
            """
        )
    }

    /// Takes back the count of an attempt that was not made, if it is still this life's.
    static func unclaim(_ due: DueEvent, _ lane: Lane, by life: UUID) -> Statement {
        """
        UPDATE events.deviation
        SET attempts = \(due.attempts - 1), claimed_by = NULL, next_attempt_at = now()
        WHERE listener = \(lane.listener) AND position = \(due.envelope.position)
          AND state = 'retrying' AND attempts = \(due.attempts) AND claimed_by = \(life)
        """
    }

    /// True when a claimed event is still this life's to try.
    static func holds(_ due: DueEvent, _ lane: Lane, by life: UUID, in tx: borrowing Transaction) async throws -> Bool {
        let rows = try await tx.query(
            """
            SELECT FROM events.deviation
            WHERE listener = \(lane.listener) AND position = \(due.envelope.position)
              AND state = 'retrying' AND attempts = \(due.attempts) AND claimed_by = \(life)
            """
        )
        return !rows.isEmpty
    }

    /// Gives up an event that processes ended over.
    static func bury(_ due: DueEvent, _ lane: Lane, crashes: Int, in tx: borrowing Transaction) {
        let fault = Fault(ProcessEnded(times: crashes))
        tx.send(
            """
            UPDATE events.deviation
            SET state = 'dead', next_attempt_at = NULL, crashes = \(crashes), claimed_by = NULL, failed_at = now(),
                error_type = \(fault.type), error = \(fault.text), cause = \(fault.cause)
            WHERE listener = \(lane.listener) AND position = \(due.envelope.position) AND state = 'retrying'
            """
        )
    }

    /// Writes down which events a lane is about to hand over.
    static func announce(
        _ lane: Lane,
        after position: Int,
        through last: Int,
        by life: UUID,
        in tx: borrowing Transaction
    ) {
        tx.send(
            """
            INSERT INTO events.announcement (listener, lane, position, last, process)
            VALUES (\(lane.listener), \(lane.index), \(position), \(last), \(life))
            ON CONFLICT (listener, lane) DO UPDATE
            SET position = excluded.position, last = excluded.last, process = excluded.process, at = now()
            """
        )
    }

    /// Up to where another life had announced the events that come next, without bringing them behind it.
    static func lastAnnounced(
        _ lane: Lane,
        after position: Int,
        notBy life: UUID,
        in tx: borrowing Transaction
    ) async throws -> Int? {
        try await tx.query(
            """
            SELECT last FROM events.announcement
            WHERE listener = \(lane.listener) AND lane = \(lane.index) AND position = \(position) AND process <> \(life)
            """
        ).first.map { try $0["last"] }
    }

    /// Sets events aside that may have ended a process, to be tried one by one: the first of each key at once, the
    /// others behind it.
    static func suspect(_ events: [EventEnvelope], _ lane: Lane, in tx: borrowing Transaction) {
        for event in events {
            tx.send(
                """
                INSERT INTO events.deviation (listener, position, lane, key, state, crashes, next_attempt_at)
                SELECT \(lane.listener), \(event.position), \(lane.index), \(event.key.description),
                       CASE WHEN held THEN 'parked' ELSE 'retrying' END, 1, CASE WHEN NOT held THEN now() END
                FROM (SELECT EXISTS (
                    SELECT 1 FROM events.deviation WHERE listener = \(lane.listener)
                    AND key = \(event.key.description) AND state <> 'skipped') AS held) k
                ON CONFLICT (listener, position) DO NOTHING
                """
            )
        }
    }
}
