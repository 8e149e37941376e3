"""Trust in a lease runs from the moment a renewal was asked for, not from its answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from relay.lease import REQUEST, TRUST, Lease
from relay.store import Database


async def test_a_renewal_that_takes_long_is_trusted_from_its_start(path: Path) -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    database = Database(f"sqlite+aiosqlite:///{path}", clock=lambda: now)
    lease = await Lease.take(database, 42, "test", alone=True)
    assert lease is not None

    async with database.transaction(42):  # the renewal has to wait for it
        keeping = asyncio.create_task(lease.keep())
        await asyncio.sleep(0)
        now += timedelta(seconds=TRUST - REQUEST + 1)
    async with database.transaction(42):  # it was renewed before this one began
        pass

    assert not lease.trusted
    keeping.cancel()
    await asyncio.wait([keeping])
    await database.close()
