import Logging

extension Ground {
    /// What the kit writes, and where things go wrong in the database.
    static let schema = """
        CREATE SCHEMA faults;
        CREATE TABLE faults.thing (name text PRIMARY KEY, number bigint NOT NULL);
        CREATE TABLE faults.note (id bigint GENERATED ALWAYS AS IDENTITY);
        CREATE TABLE faults.effect (
            id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            listener text NOT NULL,
            thing    text NOT NULL,
            number   bigint NOT NULL
        );
        CREATE INDEX ON faults.effect (listener);
        CREATE TABLE faults.step_back (listener text NOT NULL, lane bigint NOT NULL, gone bigint, come bigint);
        CREATE TABLE faults.armed (point text PRIMARY KEY, blow text NOT NULL, gate integer NOT NULL);

        CREATE FUNCTION faults.strike(at text) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            armed faults.armed;
        BEGIN
            SELECT * INTO armed FROM faults.armed WHERE point = at;
            IF armed.blow = 'kill' THEN
                PERFORM pg_terminate_backend(pg_backend_pid());
                PERFORM pg_sleep(60);
            ELSIF armed.blow = 'stall' THEN
                PERFORM pg_advisory_xact_lock(\(gates), armed.gate);
            ELSIF armed.blow = 'fail' THEN
                RAISE EXCEPTION 'disturbed';
            END IF;
        END $$;

        CREATE FUNCTION faults.strike_if_any() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM come) THEN PERFORM faults.strike(TG_ARGV[0]); END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER faults_before_commit AFTER INSERT ON events.event REFERENCING NEW TABLE AS come
            FOR EACH STATEMENT EXECUTE FUNCTION faults.strike_if_any('beforeCommit');
        CREATE TRIGGER faults_placed AFTER INSERT ON events.log REFERENCING NEW TABLE AS come
            FOR EACH STATEMENT EXECUTE FUNCTION faults.strike_if_any('placed');

        CREATE FUNCTION faults.note_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO faults.step_back
            SELECT c.listener, c.lane, before.position, new.position
            FROM events.claim c CROSS JOIN LATERAL (
                SELECT coalesce((SELECT m.position FROM events.move m WHERE m.claim = c.id AND m.number < new.number
                                 ORDER BY m.number DESC LIMIT 1), c.position) AS position) before
            WHERE c.id = new.claim AND new.position < before.position;
            RETURN NULL;
        END $$;
        CREATE TRIGGER faults_step_back AFTER INSERT ON events.move
            FOR EACH ROW EXECUTE FUNCTION faults.note_step_back();
        """
}

extension Logger {
    static var silent: Logger { Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() } }
}
