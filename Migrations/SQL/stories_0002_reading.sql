-- How far a child has come in a story. The row appears when the story is begun and is never taken back.
CREATE TABLE stories.reading (
    kid          uuid NOT NULL,
    story        uuid NOT NULL REFERENCES stories.story,
    parent       uuid NOT NULL,
    percent      smallint NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
    seconds      bigint NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    begun_at     timestamptz NOT NULL,
    read_at      timestamptz NOT NULL,
    completed_at timestamptz,
    PRIMARY KEY (kid, story),
    CHECK (completed_at IS NULL OR percent = 100)
);
CREATE INDEX reading_shelf ON stories.reading (kid, (completed_at IS NOT NULL), read_at, story);
CREATE INDEX reading_story ON stories.reading (story);

-- How many stories a family has begun on a day of its own time zone. The row is what the quota is counted and locked by.
CREATE TABLE stories.begun (
    parent  uuid NOT NULL,
    day     date NOT NULL,
    stories integer NOT NULL CHECK (stories > 0),
    PRIMARY KEY (parent, day)
);

-- What a family's plan allows, as the latest event told. No row: what families without a plan are allowed.
CREATE TABLE stories.entitlement (
    parent          uuid PRIMARY KEY,
    stories_per_day integer NOT NULL,
    position        bigint NOT NULL
);
