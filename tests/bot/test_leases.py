"""Who runs a bot: one process at a time, and nobody does anything for it after losing it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from relay.lease import LASTS, Lease, Lost
from relay.store import Database

BOT = 42
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class House:
    """A database, and a clock that somebody else sets."""

    def __init__(self, url: str) -> None:
        self.now = START
        self.database = Database(url, clock=lambda: self.now)

    async def take(self, owner: str, *, alone: bool = False) -> Lease | None:
        return await Lease.take(self.database, BOT, owner, alone=alone)

    async def must_take(self, owner: str) -> Lease:
        lease = await self.take(owner)
        assert lease is not None
        return lease

    async def ends(self) -> None:
        """Let the lease be over, by the database's own clock."""
        async with self.database.transaction(BOT) as store:
            lease = await store.lease()
            assert lease is not None
            lease.until = await store.moment() - timedelta(seconds=1)


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    house = House(url)
    yield house
    await house.database.close()


async def test_a_bot_is_run_by_who_comes_first(house: House) -> None:
    first = await house.take("first")

    assert first is not None
    assert await house.take("second") is None


async def test_of_many_at_once_one_gets_it(house: House) -> None:
    taken = await asyncio.gather(*(house.take(f"process {number}") for number in range(20)))

    assert len([lease for lease in taken if lease]) == 1


async def test_a_bot_that_was_given_back_is_taken_at_once(house: House) -> None:
    first = await house.must_take("first")
    await first.give_back()

    assert await house.take("second") is not None


async def test_a_dead_processs_bot_is_taken_when_its_lease_ends(house: House) -> None:
    await house.must_take("first")
    assert await house.take("second") is None
    await house.ends()

    assert await house.take("second") is not None


async def test_who_is_alone_on_the_database_does_not_wait(house: House) -> None:
    await house.must_take("first")

    assert await house.take("second", alone=True) is not None


async def test_who_has_lost_a_bot_writes_nothing_for_it(house: House) -> None:
    first = await house.must_take("first")
    await house.ends()
    second = await house.must_take("second")

    with pytest.raises(Lost):
        async with first.transaction() as store:
            await store.reach(1, 1)
    with pytest.raises(Lost):
        await first.keep()
    async with second.transaction() as store:
        assert await store.cursor() is None


async def test_what_was_lost_stays_lost_when_the_process_gives_it_back(house: House) -> None:
    first = await house.must_take("first")
    await house.ends()
    second = await house.must_take("second")

    await first.give_back()

    async with second.transaction() as store:
        lease = await store.lease()
    assert lease is not None
    assert (lease.owner, lease.epoch) == ("second", second.epoch)
    assert await house.take("third") is None


async def test_nobody_can_take_a_bot_while_its_owner_writes(house: House) -> None:
    """Whoever is inside a transaction of the lease stays the owner until it is over."""
    first = await house.must_take("first")
    await house.ends()

    async with first.transaction() as store:
        rival = asyncio.ensure_future(house.take("second"))
        await asyncio.wait({rival}, timeout=0.2)
        assert not rival.done()
        await store.reach(1, 1)

    assert await rival is not None


async def test_who_takes_a_bot_knows_when_it_last_ran(house: House) -> None:
    first = await house.must_take("first")
    assert first.last_run is None

    await first.give_back()
    second = await house.must_take("second")
    third = await house.take("third", alone=True)

    assert third is not None
    for taken in (second, third):
        assert taken.last_run is not None
        assert timedelta() <= START - taken.last_run < timedelta(seconds=30)


async def test_trust_ends_before_a_request_could_outlast_the_lease(house: House) -> None:
    lease = await house.must_take("first")
    assert lease.trusted

    house.now += timedelta(seconds=15)
    assert lease.trusted
    house.now += timedelta(seconds=1)
    assert not lease.trusted
    assert timedelta(seconds=15 + 25) < LASTS
