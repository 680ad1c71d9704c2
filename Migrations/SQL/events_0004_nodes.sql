-- Who may give events their positions: the one node whose fence this is. Whoever takes the lease raises the fence, and a
-- batch of an older fence is not written. `holder` is a node's boot; NULL when the lease was given back. `backend` is the
-- server process of the holder's listening connection: when it is gone, so is most likely the holder.
CREATE TABLE events.lease (
    singleton     boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    fence         bigint NOT NULL DEFAULT 0,
    holder        uuid,
    host          text,
    pid           integer,
    taken_at      timestamptz,
    backend       integer,
    backend_start timestamptz
);
INSERT INTO events.lease DEFAULT VALUES;

-- Until when the lease is good by this server's clock, in milliseconds since the epoch. A sequence, because it is changed
-- in place: a column that is renewed twice a second would leave a version behind each time while some transaction is old.
CREATE SEQUENCE events.lease_expiry;

-- The processes that record or deliver events. A row that nobody has touched for a minute is one of a node that died.
CREATE TABLE events.node (
    boot       uuid PRIMARY KEY,
    host       text NOT NULL,
    pid        integer NOT NULL,
    version    text NOT NULL,
    roles      text[] NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
