-- Events and log in partitions, cursor moves that are inserted and never updated, and a cluster that knows its timeline.
--
-- Existing tables become first partitions as they are: their rows are read once, to prove that they belong there, and
-- nothing is copied. Nobody writes meanwhile.
LOCK TABLE events.event, events.log, events.tick, events.cursor, events.cluster IN ACCESS EXCLUSIVE MODE;

CREATE FUNCTION pg_temp.grant_alike(source regclass, target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT a.* FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE c.oid = source LOOP
        EXECUTE format('GRANT %s ON %s TO %s%s', held.privilege_type, target,
                       CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(held.grantee)) END,
                       CASE WHEN held.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
    END LOOP;
END $$;

-- Every partition of the events (by seq) and of the log (by position) that there is or was.
--
-- It is closed when the numbers have gone past it; `writers` are the transactions that may have drawn one of its numbers
-- and were open then. It is sealed once they are over and each of its events is proved to have a position. What is sealed
-- gets nothing new, so nobody has to look for new events in it. Until then `first_position` is a lower bound.
CREATE TABLE events.partition (
    parent         text NOT NULL CHECK (parent IN ('event', 'log')),
    first          bigint NOT NULL,
    last           bigint NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    closed_at      timestamptz,
    writers        text[],
    sealed_at      timestamptz,
    events         bigint,
    first_position bigint,
    last_position  bigint,
    oldest         timestamptz,
    newest         timestamptz,
    bytes          bigint,
    archived_at    timestamptz,
    archive        text,
    dropping_at    timestamptz,
    dropped_at     timestamptz,
    restored_at    timestamptz,
    PRIMARY KEY (parent, first),
    CHECK (first <= last)
);
CREATE INDEX partition_open ON events.partition (parent, first) WHERE sealed_at IS NULL;

CREATE FUNCTION events.leaf(parent text, first bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format('events.%I', parent || '_' || first)
$$;

-- The last number of a kind that is in use.
CREATE FUNCTION events.used(parent text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF parent = 'event' THEN
        RETURN (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events.event_seq_seq);
    END IF;
    RETURN (SELECT max(position) FROM events.tick);
END $$;

-- What producers write, in ranges of `seq`. The identifiers are UUIDv7; each partition refuses to hold one twice.
ALTER TABLE events.event RENAME TO event_1;
ALTER INDEX events.event_pkey RENAME TO event_1_pkey;
ALTER INDEX events.event_id_key RENAME TO event_1_id_key;
ALTER INDEX events.event_xid RENAME TO event_1_xid;
ALTER INDEX events.event_causation RENAME TO event_1_causation;

CREATE TABLE events.event (LIKE events.event_1 INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (seq))
PARTITION BY RANGE (seq);
CREATE INDEX event_xid ON events.event (xid);
CREATE INDEX event_causation ON events.event (causation_id) WHERE causation_id IS NOT NULL;
SELECT pg_temp.grant_alike('events.event_1', 'events.event');

-- The log, in ranges of `position`. Each partition refuses to hold a seq twice.
ALTER TABLE events.log RENAME TO log_1;
ALTER INDEX events.log_pkey RENAME TO log_1_pkey;
ALTER INDEX events.log_seq_key RENAME TO log_1_seq_key;

CREATE TABLE events.log (LIKE events.log_1, PRIMARY KEY (position)) PARTITION BY RANGE (position);
SELECT pg_temp.grant_alike('events.log_1', 'events.log');

-- The numbers go on where they were. What was there takes up all of the million that it has come to.
DO $$
DECLARE
    used record;
    kind text;
    last bigint;
BEGIN
    SELECT last_value, is_called INTO used FROM events.event_seq_seq;
    ALTER TABLE events.event_1 ALTER COLUMN seq DROP IDENTITY;
    ALTER TABLE events.event ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY;
    PERFORM setval('events.event_seq_seq', used.last_value, used.is_called);
    FOREACH kind IN ARRAY ARRAY['event', 'log'] LOOP
        last := (events.used(kind) / 1000000 + 1) * 1000000;
        EXECUTE format('ALTER TABLE events.%1$I ATTACH PARTITION events.%1$s_1 FOR VALUES FROM (1) TO (%2$s)',
                       kind, last + 1);
        INSERT INTO events.partition (parent, first, last, first_position)
        VALUES (kind, 1, last, CASE kind WHEN 'event' THEN 1 END);
    END LOOP;
END $$;

-- The identifier of this cluster; null where the role may not read it.
CREATE FUNCTION events.system_identifier() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') THEN
        RETURN (SELECT system_identifier FROM pg_control_system());
    END IF;
    RETURN NULL;
END $$;

-- The server at this moment: which cluster it is, which timeline it writes (one more after each promotion of a standby;
-- null on a standby), and how often its transaction numbers have gone round.
CREATE VIEW events.server AS
SELECT events.system_identifier() AS system_identifier,
       CASE WHEN NOT pg_is_in_recovery()
           THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END AS timeline,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint >> 32 AS epoch;

-- The server whose transaction numbers the snapshots speak of. A copy made with pg_dump is in another cluster, and was
-- so before: its identifier stays.
ALTER TABLE events.cluster
    ALTER COLUMN system_identifier DROP NOT NULL,
    ADD COLUMN timeline bigint,
    ADD COLUMN epoch    bigint,
    ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now();
UPDATE events.cluster c SET timeline = s.timeline, epoch = s.epoch FROM events.server s;
ALTER TABLE events.cluster ALTER COLUMN timeline SET NOT NULL, ALTER COLUMN epoch SET NOT NULL;

-- What a lane's run locks. `deviations` counts its rows below that still hold a key back; `position` is where the lane
-- stood when moves were last folded. A row that is only locked leaves nothing behind for vacuum.
ALTER TABLE events.cursor RENAME TO claim;
ALTER INDEX events.cursor_pkey RENAME TO claim_pkey;
ALTER TABLE events.claim RENAME CONSTRAINT cursor_listener_fkey TO claim_listener_fkey;
ALTER TABLE events.claim ADD COLUMN id bigint GENERATED BY DEFAULT AS IDENTITY UNIQUE;

-- Where lanes went since, only ever inserted: the newest of a lane is where it stands. It is found by its key, however old
-- the oldest snapshot is; now and then all are folded into the claims.
CREATE TABLE events.move (
    claim    bigint NOT NULL,
    number   bigint GENERATED ALWAYS AS IDENTITY,
    position bigint NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (claim, number)
);

-- How far a listener's lane has come.
CREATE VIEW events.cursor AS
SELECT c.id, c.listener, c.lane,
       coalesce((SELECT m.position FROM events.move m WHERE m.claim = c.id ORDER BY m.number DESC LIMIT 1), c.position)
           AS position,
       c.deviations,
       coalesce((SELECT m.at FROM events.move m WHERE m.claim = c.id ORDER BY m.number DESC LIMIT 1), c.moved_at)
           AS moved_at
FROM events.claim c;
SELECT pg_temp.grant_alike('events.claim', 'events.cursor');

CREATE FUNCTION events.set_cursor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.position <> old.position THEN
        INSERT INTO events.move (claim, position) VALUES (old.id, new.position);
    END IF;
    IF new.deviations <> old.deviations THEN
        UPDATE events.claim SET deviations = new.deviations WHERE id = old.id;
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER set_cursor INSTEAD OF UPDATE ON events.cursor FOR EACH ROW EXECUTE FUNCTION events.set_cursor();

-- The newest position that a lane was moved to, as it is now and not as it was when the calling statement began: that
-- statement may have waited for the claim, or taken it just after another transaction gave it back.
CREATE FUNCTION events.newest_move(claim_id bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
BEGIN
    RETURN (SELECT position FROM events.move WHERE claim = claim_id ORDER BY number DESC LIMIT 1);
END $$;

DROP FUNCTION pg_temp.grant_alike;

-- Makes one partition. It is attached, not created as a partition, because only that leaves producers and readers alone.
CREATE FUNCTION events.add_partition(parent text, first bigint, last bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    leaf text := events.leaf(parent, first);
BEGIN
    EXECUTE format('CREATE TABLE %s (LIKE events.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', leaf, parent);
    EXECUTE format('CREATE UNIQUE INDEX ON %s (%I)', leaf, CASE parent WHEN 'event' THEN 'id' ELSE 'seq' END);
    EXECUTE format('ALTER TABLE events.%I ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%s)',
                   parent, leaf, first, last + 1);
    INSERT INTO events.partition (parent, first, last, first_position)
    VALUES (add_partition.parent, add_partition.first, add_partition.last,
            CASE add_partition.parent WHEN 'event' THEN events.used('log') + 1 END)
    ON CONFLICT ON CONSTRAINT partition_pkey DO UPDATE SET dropping_at = NULL, dropped_at = NULL, restored_at = now();
END $$;

-- Makes partitions of so many rows until so many of each kind are still untouched. Returns how many it made.
CREATE FUNCTION events.extend(size bigint, ahead bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    kind text;
    edge bigint;
    untouched bigint;
    made bigint := 0;
BEGIN
    FOREACH kind IN ARRAY ARRAY['event', 'log'] LOOP
        LOOP
            SELECT coalesce(max(last), 0), count(*) FILTER (WHERE first > events.used(kind)) INTO edge, untouched
            FROM events.partition WHERE parent = kind;
            EXIT WHEN untouched >= ahead;
            -- One node makes them; the others find them made.
            IF made = 0 THEN
                made := 1;
                PERFORM pg_advisory_xact_lock(hashtext('events.extend'));
                CONTINUE;
            END IF;
            PERFORM events.add_partition(kind, edge + 1, edge + size);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN greatest(made - 1, 0);
END $$;

-- Open transactions that have written events, or are about to: whoever draws a number holds this lock by then, and until
-- its end.
CREATE VIEW events.writer AS
SELECT virtualtransaction AS id, virtualtransaction LIKE '-1/%' AS is_prepared FROM pg_locks
WHERE locktype = 'relation' AND relation = 'events.event'::regclass AND granted AND mode <> 'AccessShareLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database());

-- Notes which partitions the numbers have gone past, and then who may still add to them. What is untouched then will get
-- positions after the log's end of a moment before.
CREATE FUNCTION events.close_partitions() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    head bigint := events.used('log');
    reached bigint := events.used('event');
BEGIN
    UPDATE events.partition SET closed_at = clock_timestamp(), writers = ARRAY(SELECT id FROM events.writer)
    WHERE parent = 'event' AND last <= reached AND closed_at IS NULL;
    IF found THEN
        UPDATE events.partition SET first_position = head + 1 WHERE parent = 'event' AND first > reached;
    END IF;
END $$;

-- Leaves up to `most` numbers unused, so that the next partition begins early. Returns how many are still to go.
CREATE FUNCTION events.skip_numbers(through bigint, most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('events.event_seq_seq') FROM generate_series(1, least(through - events.used('event'), most));
    RETURN greatest(through - events.used('event'), 0);
END $$;

-- Proves that each event of a closed partition has its position, and notes what is in it. False when it is too early:
-- a transaction that may have written to it is open, or prepared (then it goes by another name), or not all is placed.
-- The newest event is looked at first, because while there is a backlog that one alone tells, and counting is dear.
CREATE FUNCTION events.seal(partition_first bigint) RETURNS boolean LANGUAGE plpgsql
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    p events.partition;
    newest bigint;
    content record;
BEGIN
    SELECT * INTO p FROM events.partition WHERE parent = 'event' AND first = partition_first;
    IF p.closed_at IS NULL OR EXISTS (SELECT FROM events.writer WHERE id = ANY (p.writers) OR is_prepared) THEN
        RETURN false;
    END IF;
    newest := (SELECT seq FROM events.event WHERE seq BETWEEN p.first AND p.last ORDER BY seq DESC LIMIT 1);
    IF newest IS NOT NULL AND NOT EXISTS (SELECT FROM events.log WHERE seq = newest) THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'SELECT count(*) AS events, count(l.position) AS placed, min(l.position) AS first_position,
                max(l.position) AS last_position, min(e.recorded_at) AS oldest, max(e.recorded_at) AS newest
         FROM events.event e LEFT JOIN events.log l ON l.seq = e.seq AND l.seq BETWEEN %1$s AND %2$s
         WHERE e.seq BETWEEN %1$s AND %2$s', p.first, p.last) INTO content;
    IF content.placed < content.events THEN
        RETURN false;
    END IF;
    UPDATE events.partition
    SET sealed_at = clock_timestamp(), events = content.events, first_position = content.first_position,
        last_position = content.last_position, oldest = content.oldest, newest = content.newest,
        bytes = pg_total_relation_size(events.leaf('event', p.first)::regclass)
    WHERE parent = 'event' AND first = p.first;
    RETURN true;
END $$;

-- Who still needs events, and which positions: after one, through another.
CREATE VIEW events.hold AS
SELECT 'listener' AS kind, listener AS name, min(position) AS after, 9223372036854775807 AS through
FROM events.cursor GROUP BY listener
UNION ALL
SELECT 'replay', listener, position, last FROM events.replay WHERE finished_at IS NULL AND aborted_at IS NULL
UNION ALL
SELECT 'deviation', listener, position - 1, position FROM events.deviation WHERE state <> 'skipped';

-- From which position on every event is there.
CREATE FUNCTION events.kept_from() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(last_position) + 1, 1) FROM events.partition
    WHERE parent = 'event' AND (dropping_at IS NOT NULL OR dropped_at IS NOT NULL)
$$;

-- Folds the moves into the claims. Nothing that an old snapshot could still want to see is kept, so no table grows while
-- one is held; whoever needs one state of it all takes its locks before its snapshot.
CREATE FUNCTION events.fold_cursors() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept events.claim[];
BEGIN
    LOCK TABLE events.claim, events.move IN ACCESS EXCLUSIVE MODE;
    SELECT array_agg(ROW(c.listener, c.lane, c.position, c.deviations, c.moved_at, c.id)::events.claim) INTO kept
    FROM events.cursor c;
    TRUNCATE events.claim, events.move;
    INSERT INTO events.claim SELECT (unnest(kept)).*;
END $$;

-- Keeps of the sequencer's batches the newest, and of older ones the last of each minute.
CREATE FUNCTION events.fold_ticks(age interval) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept events.tick[];
BEGIN
    LOCK TABLE events.tick IN ACCESS EXCLUSIVE MODE;
    SELECT array_agg(ROW(t.position, t.snapshot, t.goal, t.seq, t.at)::events.tick) INTO kept
    FROM (
        SELECT *, lead(date_trunc('minute', t.at)) OVER (ORDER BY t.position) AS next FROM events.tick t
    ) t
    WHERE t.position >= (SELECT max(position) FROM events.tick WHERE goal IS NULL)
       OR t.at > clock_timestamp() - age AND t.next > date_trunc('minute', t.at);
    TRUNCATE events.tick;
    INSERT INTO events.tick SELECT (unnest(kept)).*;
END $$;

-- A page of the log with its events, for one lane. A function of its own, because its plan must not depend on what the
-- planner believes: few rows, found by their keys.
CREATE FUNCTION events.page(after bigint, through bigint, lanes bigint, lane bigint, hears text[], most bigint)
RETURNS TABLE (
    "position" bigint, id uuid, name text, version integer, key text, payload jsonb, actor text, request_id text,
    correlation_id uuid, causation_id uuid, traceparent text, recorded_at timestamptz
) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
BEGIN
    RETURN QUERY
    SELECT p."position", e.id, e.name, e.version, e.key, e.payload, e.actor, e.request_id, e.correlation_id,
           e.causation_id, e.traceparent, e.recorded_at
    FROM (
        SELECT l."position", l.seq FROM events.log l
        WHERE l."position" > page.after AND l."position" <= page.through AND l.slot % page.lanes = page.lane
          AND (page.hears IS NULL OR l.name = ANY (page.hears))
        ORDER BY l."position" LIMIT page.most
    ) p JOIN events.event e ON e.seq = p.seq ORDER BY p."position";
END $$;

SELECT events.extend(1000000, 4);
