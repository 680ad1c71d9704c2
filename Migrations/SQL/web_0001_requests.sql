-- What was answered to requests with an Idempotency-Key, written in the transaction that did what was asked. A key means
-- something to one account and for one method and path.
CREATE TABLE web.idempotency_key (
    user_id      uuid NOT NULL,
    operation    text NOT NULL,
    key          text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    fingerprint  bytea NOT NULL,
    status       integer NOT NULL CHECK (status BETWEEN 200 AND 499),
    content_type text,
    location     text,
    body         bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idempotency_key_created_at ON web.idempotency_key (created_at);

-- What all nodes have to agree on and nobody else may know: cursors are signed with it. Two random UUIDs have 244 random
-- bits.
CREATE TABLE web.secret (
    name  text PRIMARY KEY,
    bytes bytea NOT NULL
);
INSERT INTO web.secret (name, bytes) VALUES ('cursors', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
