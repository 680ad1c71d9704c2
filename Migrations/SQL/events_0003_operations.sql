-- What a replay selects, how fast it may go, who drives it, how far it has come and how it ended.
ALTER TABLE events.replay
    ADD COLUMN names        text[],
    ADD COLUMN keys         text[],
    ADD COLUMN rate         integer CHECK (rate > 0),
    ADD COLUMN total        bigint NOT NULL DEFAULT 0,
    ADD COLUMN detached     boolean NOT NULL DEFAULT false,
    ADD COLUMN due_at       timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN moved_at     timestamptz,
    ADD COLUMN busy_seconds double precision NOT NULL DEFAULT 0,
    ADD COLUMN failed_at    timestamptz,
    ADD COLUMN error        text,
    ADD COLUMN aborted_at   timestamptz,
    ADD COLUMN aborted_by   text;

-- The replays that some node should drive: few, however many there were.
CREATE INDEX replay_open ON events.replay (due_at)
    WHERE detached AND finished_at IS NULL AND aborted_at IS NULL AND failed_at IS NULL;

CREATE INDEX ops_log_at ON events.ops_log (at);
