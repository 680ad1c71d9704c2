-- Who hands over the events of a lane whose listener acts outside of Postgres, such as a relay to a broker. A lease ends
-- by itself; its fence grows with each new holder, so that one that comes back late cannot move the cursor.
CREATE TABLE events.lane_lease (
    listener      text NOT NULL REFERENCES events.listener ON DELETE CASCADE,
    lane          smallint NOT NULL,
    holder        uuid,
    expires_at    timestamptz NOT NULL,
    fence         bigint NOT NULL DEFAULT 1,
    failure       text,
    failing_since timestamptz,
    PRIMARY KEY (listener, lane),
    CHECK ((failure IS NULL) = (failing_since IS NULL))
) WITH (fillfactor = 50);
