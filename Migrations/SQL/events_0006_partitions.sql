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
        RETURN (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events.event_seq);
    END IF;
    RETURN (SELECT max(position) FROM events.tick);
END $$;

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
    PERFORM nextval('events.event_seq') FROM generate_series(1, least(through - events.used('event'), most));
    RETURN greatest(through - events.used('event'), 0);
END $$;

-- Proves that each event of a closed partition has its position, and notes what is in it. False when it is too early:
-- a transaction that may have written to it is open, or prepared (then it goes by another name), or not all is placed.
CREATE FUNCTION events.seal(partition_first bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    p events.partition;
    content record;
BEGIN
    SELECT * INTO p FROM events.partition WHERE parent = 'event' AND first = partition_first;
    IF p.closed_at IS NULL OR EXISTS (SELECT FROM events.writer WHERE id = ANY (p.writers) OR is_prepared) THEN
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
    SELECT array_agg(ROW(c.id, c.listener, c.lane, c.position, c.deviations, c.moved_at)::events.claim) INTO kept
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
