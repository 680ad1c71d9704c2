-- Which events of a day were counted, by name: one bit for each of 4,096 positions of the log. Counting a position again
-- sets a bit that is set, so redelivery, replay and any order give the same counts.
CREATE TABLE analytics.event_block (
    day   date NOT NULL,
    name  text NOT NULL,
    block bigint NOT NULL,
    seen  bit(4096) NOT NULL,
    PRIMARY KEY (day, name, block)
) WITH (fillfactor = 50);
