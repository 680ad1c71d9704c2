"""Works a backlog off with PgQ and prints events a second.

usage: pgq.py URL EVENTS KEYS each|batch

One consumer, as PgQ has it: batches cut by the ticker every 500 events (PgQ's default), fetched by the client, their
effect and finish_batch in one transaction. `each` runs a statement an event, `batch` one a batch.
"""
import collections
import json
import sys
import time

import psycopg2

url, events, keys, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
connection = psycopg2.connect(url)
cursor = connection.cursor()


def call(sql, *parameters):
    cursor.execute(sql, parameters)
    return cursor.fetchall()


def prepare():
    cursor.execute("CREATE TABLE IF NOT EXISTS counter (kid bigint PRIMARY KEY, total bigint NOT NULL)")
    cursor.execute("TRUNCATE counter")
    if call("SELECT count(*) FROM pgq.queue WHERE queue_name = 'benchmark'")[0][0]:
        call("SELECT pgq.drop_queue('benchmark', true)")
    call("SELECT pgq.create_queue('benchmark')")
    call("SELECT pgq.register_consumer('benchmark', 'counter')")
    connection.commit()
    for first in range(0, events, 500):
        call("SELECT pgq.insert_event('benchmark', 'counted',"
             " json_build_object('kid', n %% %s, 'number', n)::text)"
             " FROM generate_series(%s, %s) AS n", keys, first, min(events, first + 500) - 1)
        connection.commit()
        call("SELECT pgq.force_tick('benchmark')")
        call("SELECT pgq.ticker()")
        connection.commit()


def work_off():
    done = 0
    while done < events:
        batch = call("SELECT pgq.next_batch('benchmark', 'counter')")[0][0]
        if batch is None:
            call("SELECT pgq.ticker()")
            connection.commit()
            continue
        kids = [json.loads(data)["kid"] for (data,) in call("SELECT ev_data FROM pgq.get_batch_events(%s)", batch)]
        if mode == "each":
            for kid in kids:
                cursor.execute("INSERT INTO counter VALUES (%s, 1)"
                               " ON CONFLICT (kid) DO UPDATE SET total = counter.total + 1", (kid,))
        elif kids:
            counts = collections.Counter(kids)
            cursor.execute("INSERT INTO counter SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
                           " ON CONFLICT (kid) DO UPDATE SET total = counter.total + excluded.total",
                           (list(counts.keys()), list(counts.values())))
        call("SELECT pgq.finish_batch(%s)", batch)
        connection.commit()
        done += len(kids)


prepare()
start = time.monotonic()
work_off()
elapsed = time.monotonic() - start
assert call("SELECT sum(total) FROM counter")[0][0] == events
print(events / elapsed)
