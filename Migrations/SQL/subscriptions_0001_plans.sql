-- What can be had. `rank` is the order from small to large, in which clients see the plans.
CREATE TABLE subscriptions.plan (
    slug                text PRIMARY KEY CHECK (slug ~ '^[a-z][a-z-]{0,31}$'),
    name                text NOT NULL,
    rank                smallint NOT NULL UNIQUE,
    kids                integer NOT NULL CHECK (kids > 0),
    stories_per_day     integer NOT NULL CHECK (stories_per_day > 0),
    requests_per_minute integer NOT NULL CHECK (requests_per_minute > 0)
);

INSERT INTO subscriptions.plan (slug, name, rank, kids, stories_per_day, requests_per_minute) VALUES
    ('free',       'Free',       1,  2,    5,   50),
    ('starter',    'Starter',    2,  4,   20,  100),
    ('pro',        'Pro',        3,  6,   50,  200),
    ('business',   'Business',   4, 20,  200,  500),
    ('enterprise', 'Enterprise', 5, 50, 1000, 1000);

-- What a period of a plan costs, in the currency's minor unit. A plan without a row here cannot be bought.
CREATE TABLE subscriptions.price (
    plan     text NOT NULL REFERENCES subscriptions.plan,
    period   text NOT NULL CHECK (period IN ('weekly', 'monthly', 'yearly')),
    amount   integer NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (plan, period)
);

INSERT INTO subscriptions.price (plan, period, amount, currency) VALUES
    ('starter',    'weekly',   150, 'USD'), ('starter',    'monthly',   499, 'USD'), ('starter',    'yearly',  4799, 'USD'),
    ('pro',        'weekly',   299, 'USD'), ('pro',        'monthly',   999, 'USD'), ('pro',        'yearly',  9599, 'USD'),
    ('business',   'weekly',   899, 'USD'), ('business',   'monthly',  2999, 'USD'), ('business',   'yearly', 28799, 'USD'),
    ('enterprise', 'weekly',  2999, 'USD'), ('enterprise', 'monthly',  9999, 'USD'), ('enterprise', 'yearly', 95999, 'USD');

-- One row an account. A plan that was paid for has a period and an end; the free one has neither.
CREATE TABLE subscriptions.subscription (
    user_id    uuid PRIMARY KEY,
    plan       text NOT NULL REFERENCES subscriptions.plan,
    period     text CHECK (period IN ('weekly', 'monthly', 'yearly')),
    ends_at    timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((plan = 'free') = (ends_at IS NULL)),
    CHECK ((period IS NULL) = (ends_at IS NULL))
);
CREATE INDEX subscription_plan ON subscriptions.subscription (plan);
