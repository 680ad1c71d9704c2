-- `cause` is a digest of error type and message, less its numbers and identifiers, that groups failures of one kind.
-- `claimed_by` is the process that is at the event; a row claimed by a process that is gone says that it crashed there.
ALTER TABLE events.deviation
    ADD COLUMN cause       text,
    ADD COLUMN crashes     integer NOT NULL DEFAULT 0,
    ADD COLUMN claimed_by  uuid,
    ADD COLUMN decided_by  text,
    ADD COLUMN decision    text;
CREATE INDEX deviation_dead ON events.deviation (listener, cause, position) WHERE state = 'dead';

-- How many events were held back when the listener was last resumed: it is paused by its limit at that many more.
ALTER TABLE events.listener ADD COLUMN held_at_resume bigint NOT NULL DEFAULT 0;

-- What an operator has put in the place of an event's payload, for one listener. The event stays as it was recorded.
CREATE TABLE events.edit (
    listener  text NOT NULL REFERENCES events.listener ON DELETE CASCADE,
    position  bigint NOT NULL,
    version   integer NOT NULL,
    payload   jsonb NOT NULL,
    edited_by text NOT NULL,
    reason    text NOT NULL,
    edited_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (listener, position)
);

-- The first events of a lane in the life of a process, written down before they are handed over. A note that the cursor
-- has not passed, by a process that is gone, says that one of them may have crashed it.
CREATE TABLE events.announcement (
    listener text NOT NULL REFERENCES events.listener ON DELETE CASCADE,
    lane     smallint NOT NULL,
    position bigint NOT NULL,
    last     bigint NOT NULL,
    process  uuid NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (listener, lane)
) WITH (fillfactor = 50);
