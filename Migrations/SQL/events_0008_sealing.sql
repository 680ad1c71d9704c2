-- Proves that each event of a closed partition has its position, and notes what is in it. False when it is too early:
-- a transaction that may have written to it is open, or prepared (then it goes by another name), or not all is placed.
-- The newest event is looked at first, because while there is a backlog that one alone tells, and counting is dear.
CREATE OR REPLACE FUNCTION events.seal(partition_first bigint) RETURNS boolean LANGUAGE plpgsql
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
