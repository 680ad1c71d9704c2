-- Families and children as their events tell. The family's row is what a change of time zone is serialised by, the
-- child's row what everything else is.
CREATE TABLE achievements.family (
    parent uuid PRIMARY KEY
);

-- Since when a family lives in which time zone: facts that may arrive in any order.
CREATE TABLE achievements.time_zone (
    parent uuid NOT NULL REFERENCES achievements.family,
    since  timestamptz NOT NULL,
    zone   text NOT NULL,
    PRIMARY KEY (parent, since)
);

-- The numbers are derived: stories and categories from completion, the streak from active_day.
CREATE TABLE achievements.kid (
    kid             uuid PRIMARY KEY,
    parent          uuid NOT NULL REFERENCES achievements.family,
    deleted         boolean NOT NULL DEFAULT false,
    position        bigint NOT NULL DEFAULT 0,
    stories         integer NOT NULL DEFAULT 0,
    categories      integer NOT NULL DEFAULT 0,
    current_streak  integer NOT NULL DEFAULT 0,
    longest_streak  integer NOT NULL DEFAULT 0,
    last_active_day date,
    CHECK (current_streak <= longest_streak)
);
CREATE INDEX kid_parent ON achievements.kid (parent);

-- The first time a child finished a story. Its primary key is what makes a redelivered event harmless.
CREATE TABLE achievements.completion (
    kid          uuid NOT NULL REFERENCES achievements.kid,
    story        uuid NOT NULL,
    category     text NOT NULL,
    completed_at timestamptz NOT NULL,
    PRIMARY KEY (kid, story)
);

-- The days, in the family's time zone, on which a child finished a story.
CREATE TABLE achievements.active_day (
    kid uuid NOT NULL REFERENCES achievements.kid,
    day date NOT NULL,
    PRIMARY KEY (kid, day)
);

-- The family's day at a moment, in the time zone it lived in then; before the first one known, in that one.
CREATE FUNCTION achievements.day_of(family uuid, moment timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (moment AT TIME ZONE coalesce(
        (SELECT zone FROM achievements.time_zone WHERE parent = family AND since <= moment ORDER BY since DESC LIMIT 1),
        (SELECT zone FROM achievements.time_zone WHERE parent = family ORDER BY since LIMIT 1),
        'UTC'
    ))::date
$$;

-- Days in a row share the difference between the day and its rank: that difference names the island.
CREATE VIEW achievements.streak AS
WITH ranked AS (
    SELECT kid, day, day - (row_number() OVER (PARTITION BY kid ORDER BY day))::integer AS island
    FROM achievements.active_day
), island AS (
    SELECT kid, max(day) AS last_day, count(*)::integer AS length FROM ranked GROUP BY kid, island
)
SELECT kid, max(last_day) AS last_active_day, max(length) AS longest,
       (array_agg(length ORDER BY last_day DESC))[1] AS current
FROM island GROUP BY kid;
