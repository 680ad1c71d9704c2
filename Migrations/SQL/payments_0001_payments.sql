-- One row an attempt to pay. `answered` is the status that the request was told; a request that comes again under its
-- key is told the same, whatever became of the payment since.
CREATE TABLE payments.payment (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL,
    idempotency_key text NOT NULL CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
    plan            text NOT NULL,
    period          text NOT NULL CHECK (period IN ('weekly', 'monthly', 'yearly')),
    payment_method  text NOT NULL,
    gateway         text NOT NULL,
    amount          integer NOT NULL CHECK (amount > 0),
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    answered        text NOT NULL CHECK (answered IN ('completed', 'disputed', 'failed')),
    status          text NOT NULL CHECK (status IN ('completed', 'disputed', 'failed')),
    refusal         text CHECK (refusal IN ('card-declined', 'insufficient-funds', 'authentication-required')),
    created_at      timestamptz NOT NULL,
    UNIQUE (user_id, idempotency_key),
    CHECK ((answered = 'failed') = (refusal IS NOT NULL))
);
CREATE INDEX payment_user ON payments.payment (user_id, id);

-- What became of each payment, in order. Only ever inserted; every payment has at least one row.
CREATE TABLE payments.payment_status (
    payment_id uuid NOT NULL REFERENCES payments.payment,
    number     integer NOT NULL CHECK (number > 0),
    status     text NOT NULL CHECK (status IN ('completed', 'disputed', 'failed')),
    at         timestamptz NOT NULL,
    PRIMARY KEY (payment_id, number)
);

-- The books of the sandbox gateway, as a real one keeps them outside. Only ever inserted; one entry of a kind a payment.
CREATE TABLE payments.sandbox_entry (
    payment_id uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('charge', 'dispute')),
    amount     integer NOT NULL CHECK (amount > 0),
    currency   text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment_id, kind)
);
