CREATE TABLE auth.account (
    id uuid PRIMARY KEY,
    email text NOT NULL CHECK (length(email) <= 254),
    canonical_email text NOT NULL UNIQUE CHECK (canonical_email = lower(canonical_email)),
    name text CHECK (length(name) BETWEEN 1 AND 80),
    role text NOT NULL DEFAULT 'parent' CHECK (role IN ('parent', 'administrator')),
    created_at timestamptz NOT NULL,
    email_verified_at timestamptz
);

-- Apart from the account, so that no query about accounts can carry a hash by accident.
CREATE TABLE auth.password (
    account uuid PRIMARY KEY REFERENCES auth.account ON DELETE CASCADE,
    hash text NOT NULL CHECK (hash LIKE '$argon2id$%'),
    changed_at timestamptz NOT NULL
);

-- One row an account: a newer one takes the place of the older. The token in the mail is derived from the id.
CREATE TABLE auth.email_verification (
    account uuid PRIMARY KEY REFERENCES auth.account ON DELETE CASCADE,
    id uuid NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at)
);

-- Refresh tokens are derived from id and generation; all but the newest generation are spent.
CREATE TABLE auth.session (
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES auth.account ON DELETE CASCADE,
    generation bigint NOT NULL DEFAULT 1 CHECK (generation > 0),
    device text CHECK (length(device) <= 200),
    created_at timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CHECK (end_reason IN ('logout', 'revoked', 'reuse')),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

-- Serves the foreign key and the list of an account's sessions, newest first.
CREATE INDEX session_account_id ON auth.session (account, id DESC);

-- A key is published from created_at on and signs from used_from on.
CREATE TABLE auth.signing_key (
    id text PRIMARY KEY,
    private_key bytea NOT NULL CHECK (octet_length(private_key) = 32),
    created_at timestamptz NOT NULL,
    used_from timestamptz NOT NULL CHECK (used_from >= created_at)
);

-- At most one row; none when the secret comes from the configuration.
CREATE TABLE auth.secret (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    value bytea NOT NULL CHECK (octet_length(value) = 32)
);
