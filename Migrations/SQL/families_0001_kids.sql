-- One row an account, made when it is first needed. It is what everything that counts kids locks.
CREATE TABLE families.family (
    parent_id  uuid PRIMARY KEY,
    time_zone  text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- All that is kept of a child: a nickname, an age band and the name of a picture.
CREATE TABLE families.kid (
    id         uuid PRIMARY KEY,
    parent_id  uuid NOT NULL REFERENCES families.family,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
    age_band   text NOT NULL CHECK (age_band IN ('3-5', '6-8', '9-12')),
    avatar     text CHECK (char_length(avatar) BETWEEN 1 AND 64),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX kid_parent ON families.kid (parent_id, id) WHERE deleted_at IS NULL;
CREATE INDEX kid_deleted ON families.kid (parent_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- What each account's plan allows, as the events up to a position in the log tell it.
CREATE TABLE families.entitlement (
    parent_id uuid PRIMARY KEY,
    plan      text NOT NULL,
    kids      integer NOT NULL CHECK (kids >= 0),
    position  bigint NOT NULL
);
