-- What producers write: one row an event, as the last statement of their transaction.
CREATE TABLE events.event (
    seq            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id             uuid NOT NULL UNIQUE,
    name           text NOT NULL,
    version        integer NOT NULL,
    key            text NOT NULL,
    slot           smallint NOT NULL CHECK (slot BETWEEN 0 AND 255),
    payload        jsonb NOT NULL,
    actor          text,
    request_id     text,
    correlation_id uuid NOT NULL,
    causation_id   uuid,
    traceparent    text,
    recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX event_xid ON events.event (xid);

-- The order that every listener sees: dense positions, given once the event's transaction has committed.
-- Name and slot are copied so that a lane skips what it does not hear without touching the event.
CREATE TABLE events.log (
    position bigint PRIMARY KEY,
    seq      bigint NOT NULL UNIQUE,
    name     text NOT NULL,
    slot     smallint NOT NULL
);

-- One row a batch of the sequencer, only ever inserted: the newest says up to which snapshot events have a position.
-- A batch that was cut short says that of what its goal sees beyond `snapshot`, events through `seq` have one.
CREATE TABLE events.tick (
    position bigint PRIMARY KEY,
    snapshot pg_snapshot NOT NULL,
    goal     pg_snapshot,
    seq      bigint,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((goal IS NULL) = (seq IS NULL))
);
CREATE INDEX tick_at ON events.tick (at);
INSERT INTO events.tick (position, snapshot) VALUES (0, '3:3:');

-- The cluster whose transaction numbers the snapshots speak of. A restored copy has another identifier.
CREATE TABLE events.cluster (
    singleton         boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    system_identifier bigint NOT NULL
);
INSERT INTO events.cluster (system_identifier) SELECT system_identifier FROM pg_control_system();

CREATE TABLE events.listener (
    name         text PRIMARY KEY,
    lanes        smallint NOT NULL,
    hears        text[],
    starts_after bigint NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    seen_at      timestamptz NOT NULL DEFAULT now(),
    paused_at    timestamptz,
    paused_by    text,
    pause_reason text
);

-- How far a listener's lane has come. `deviations` counts its rows below that still hold a key back.
CREATE TABLE events.cursor (
    listener   text NOT NULL REFERENCES events.listener ON DELETE CASCADE,
    lane       smallint NOT NULL,
    position   bigint NOT NULL,
    deviations integer NOT NULL DEFAULT 0,
    moved_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (listener, lane)
) WITH (fillfactor = 50);

-- A row only for what did not go as it should: an event that is tried again, waits behind one of its key, or is dead.
CREATE TABLE events.deviation (
    listener        text NOT NULL REFERENCES events.listener ON DELETE CASCADE,
    position        bigint NOT NULL,
    lane            smallint NOT NULL,
    key             text NOT NULL,
    state           text NOT NULL CHECK (state IN ('retrying', 'parked', 'dead', 'skipped')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    error_type      text,
    error           text,
    failed_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (listener, position),
    CHECK ((state = 'retrying') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX deviation_due ON events.deviation (listener, lane, next_attempt_at) WHERE state = 'retrying';
CREATE INDEX deviation_key ON events.deviation (listener, key, position) WHERE state <> 'skipped';

-- A replay moves its own cursor below live traffic and can be taken up again.
CREATE TABLE events.replay (
    id            uuid PRIMARY KEY,
    listener      text NOT NULL REFERENCES events.listener ON DELETE CASCADE,
    first         bigint NOT NULL,
    last          bigint NOT NULL,
    position      bigint NOT NULL,
    delivered     bigint NOT NULL DEFAULT 0,
    reason        text NOT NULL,
    requested_by  text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    finished_at   timestamptz,
    CHECK (first <= last)
);
CREATE INDEX replay_listener ON events.replay (listener);

-- What operators did, and why.
CREATE TABLE events.ops_log (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    operator text NOT NULL,
    verb     text NOT NULL,
    subject  text NOT NULL,
    reason   text NOT NULL,
    details  jsonb NOT NULL DEFAULT '{}'
);
