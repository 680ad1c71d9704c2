-- What an account sees in the app. A row has the identifier of the event that it tells of, so a redelivered or replayed
-- event makes no second one, and identifiers sort by time.
CREATE TABLE notifications.notification (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL,
    category   text NOT NULL,
    title      text NOT NULL,
    body       text NOT NULL,
    data       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    read_at    timestamptz
);
CREATE INDEX notification_inbox ON notifications.notification (user_id, id DESC);
CREATE INDEX notification_unread ON notifications.notification (user_id, id DESC) WHERE read_at IS NULL;

-- Every mail there was cause to send. It outlives its job, so a replay does not send it again, and a job that runs twice
-- sees that it was sent. The identifier is the event's, the job's and the message's.
CREATE TABLE notifications.mail (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL,
    category   text NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at    timestamptz
);
