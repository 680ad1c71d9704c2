-- Which incarnation of the server this is. A crash empties the table, because it is not in the write-ahead log; so do a
-- promotion and the restore of a base backup. Whoever finds it empty names the new incarnation.
--
-- What a process remembers of the log is right for one incarnation only: with a crash go the newest transactions that
-- did not wait for the disk, and other events may get the positions that were given by them.
CREATE UNLOGGED TABLE events.incarnation (
    is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    id     uuid NOT NULL DEFAULT gen_random_uuid()
);
