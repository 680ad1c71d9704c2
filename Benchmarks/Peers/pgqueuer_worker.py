"""Works a backlog off with pgqueuer and prints jobs a second.

usage: pgqueuer_worker.py URL JOBS KEYS

The worker takes batches of 500 over asyncpg and runs a statement a job.
"""
import asyncio
import json
import sys
import time
from datetime import timedelta

import asyncpg
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

url, jobs, keys = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


async def main():
    pool = await asyncpg.create_pool(url, min_size=8, max_size=8)
    await pool.execute("CREATE TABLE IF NOT EXISTS counter (kid bigint PRIMARY KEY, total bigint NOT NULL)")
    await pool.execute("TRUNCATE counter")
    driver = AsyncpgPoolDriver(pool)
    queries = Queries(driver)
    if not await queries.has_table("pgqueuer"):
        await queries.install()
    await pool.execute("TRUNCATE pgqueuer, pgqueuer_log")
    for first in range(0, jobs, 500):
        numbers = range(first, min(jobs, first + 500))
        payloads = [json.dumps({"kid": number % keys, "number": number}).encode() for number in numbers]
        await queries.enqueue(["counted"] * len(payloads), payloads, [0] * len(payloads))

    manager = QueueManager(queries)

    @manager.entrypoint("counted")
    async def counted(job):
        await pool.execute("INSERT INTO counter VALUES ($1, 1)"
                           " ON CONFLICT (kid) DO UPDATE SET total = counter.total + 1", json.loads(job.payload)["kid"])

    start = time.monotonic()
    await manager.run(batch_size=500, mode=QueueExecutionMode.drain, dequeue_timeout=timedelta(seconds=1))
    elapsed = time.monotonic() - start
    assert await pool.fetchval("SELECT sum(total) FROM counter") == jobs
    print(jobs / elapsed)


asyncio.run(main())
