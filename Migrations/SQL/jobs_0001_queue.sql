-- What has to be done outside of a transaction: one row a job, from the transaction that made it necessary to the sweep.
CREATE TABLE jobs.job (
    id             uuid PRIMARY KEY,
    kind           text NOT NULL,
    payload        jsonb NOT NULL,
    priority       smallint NOT NULL,
    state          text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'failed', 'cancelled')),
    attempts       integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    run_at         timestamptz NOT NULL DEFAULT now(),
    progress       smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    actor          text,
    request_id     text,
    correlation_id uuid,
    causation_id   uuid,
    traceparent    text,
    locked_by      uuid,
    heartbeat_at   timestamptz,
    error_type     text,
    error          text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    finished_at    timestamptz,
    CHECK ((state = 'running') = (locked_by IS NOT NULL)),
    CHECK ((state = 'running') = (heartbeat_at IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
) WITH (fillfactor = 70);

-- Only live rows are indexed by what workers ask for, so the indexes stay as small as the queue. A heartbeat changes no
-- indexed column and so leaves every index alone.
CREATE INDEX job_due ON jobs.job (priority, run_at) WHERE state = 'ready';
CREATE INDEX job_running ON jobs.job (locked_by) WHERE state = 'running';
CREATE INDEX job_finished ON jobs.job (state, finished_at) WHERE state IN ('done', 'failed', 'cancelled');
