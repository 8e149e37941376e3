"""What monitoring is told: how it all runs, in numbers, and nobody's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry

from bot.clock import Clock
from bot.disk import Disk
from bot.fleet import Fleet
from bot.metrics import Metrics
from bot.settings import Settings
from bot.web import application
from relay import health
from relay.channel import Reason as Why
from relay.channel import Refused, Retry, Unclear
from relay.courier import Courier
from relay.store import Database
from tests.actors import BOT, START
from tests.bot.bot_api import TOKEN
from tests.scenarios.conftest import Cast
from tests.scenarios.test_faults import once


@pytest.fixture
def metrics(chain: Cast) -> Metrics:
    """Count what the courier does from now on."""
    made = Metrics(CollectorRegistry())
    house = chain.world
    house.courier = Courier(house.lease, house.messenger, house.operators, made.noted)
    return made


async def told(chain: Cast, metrics: Metrics, pending: int = 0) -> dict[str, float]:
    """Return the numbers, by their names with labels."""
    async with chain.world.database.transaction(BOT) as store:
        metrics.saw([await health.numbers(store)], pending, {"running": 1, "stopped": 0})
    lines = metrics.text().decode().splitlines()
    pairs = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(number) for name, _, number in pairs}


async def test_what_arrived_is_counted_with_its_delay(chain: Cast, metrics: Metrics) -> None:
    await chain.asks()
    before = await told(chain, metrics)
    errors = Retry(timedelta(), asked=True), Retry(timedelta(seconds=7))
    chain.world.messenger.before = once(chain.vera.place, *errors)
    await chain.ann.writes("First")
    await chain.world.later(seconds=1)
    await chain.world.later(seconds=8)

    after = await told(chain, metrics)

    assert (
        after['baton_delivery_seconds_count{kind="message"}']
        == 1 + before['baton_delivery_seconds_count{kind="message"}']
    )
    assert (
        after['baton_delivery_seconds_bucket{kind="message",le="5.0"}']
        == before['baton_delivery_seconds_bucket{kind="message",le="5.0"}']
    )
    assert after["baton_throttled_total"] == 1
    assert after['baton_tries_total{outcome="retry"}'] == 2


async def test_what_is_stuck_is_counted_by_its_state(chain: Cast, metrics: Metrics) -> None:
    await chain.asks()
    messenger = chain.world.messenger
    messenger.after = once(chain.vera.place, Unclear(), Unclear())
    await chain.ann.writes("First")
    await chain.world.later(seconds=3)
    messenger.before = once(chain.vera.place, Refused(Why.FILE))
    await chain.ann.writes("Second")
    await chain.world.happens({"message": {"message_id": "?", "date": 0, "chat": {"id": 101}}})
    messenger.closed.add(chain.vera.place)
    await chain.ann.writes("Third")

    found = await told(chain, metrics, pending=7)

    assert found['baton_deliveries{state="unclear"}'] == 1
    assert found['baton_deliveries{state="failed"}'] == 1
    assert found['baton_deliveries{state="held"}'] == 1
    assert found['baton_updates{state="aside"}'] == 1
    assert found['baton_updates{state="new"}'] == 0
    assert found["baton_pending_updates"] == 7
    assert found['baton_bots{state="running"}'] == 1


async def test_a_repeat_is_counted(chain: Cast, metrics: Metrics) -> None:
    await chain.asks()
    assert (await told(chain, metrics))["baton_repeats_total"] == 0
    chain.world.messenger.after = once(chain.vera.place, Unclear())
    await chain.ann.writes("First")
    await chain.world.later(seconds=3)

    assert (await told(chain, metrics))["baton_repeats_total"] == 1


async def test_the_oldest_that_waits_is_told_in_seconds(chain: Cast, metrics: Metrics) -> None:
    await chain.asks()
    await chain.world.later(minutes=1)
    found = await told(chain, metrics)
    assert found['baton_oldest_seconds{way="in"}'] == 0
    assert found['baton_oldest_seconds{way="out"}'] == 0

    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(hours=1)))
    await chain.ann.writes("First")
    chain.world.now += timedelta(seconds=30)
    await chain.world.comes_in({"message": {"message_id": 1, "date": 0, "chat": {"id": 101}}})
    chain.world.now += timedelta(seconds=90)

    found = await told(chain, metrics)
    assert found['baton_oldest_seconds{way="in"}'] == 90
    assert found['baton_oldest_seconds{way="out"}'] == 120


async def test_it_names_nobody(chain: Cast, metrics: Metrics) -> None:
    await chain.asks("The machine leaks")
    await chain.down(3)

    names = "\n".join(await told(chain, metrics))

    assert "baton_deliveries{" in names
    for name in ("Ann", "Iceberg", "VND", "leaks", "1001", "101", str(BOT)):
        assert name not in names


# The process


Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url, clock=lambda: START)
    yield database
    await database.close()


@pytest.fixture
def fleet(database: Database) -> Fleet:
    """Return the bots of a process: none of them runs yet."""
    settings = Settings.model_validate({"bot_token": TOKEN})
    metrics = Metrics(CollectorRegistry())
    return Fleet(database, settings, None, metrics, Disk(None), Clock(), alone=True)


@pytest.fixture
async def monitor(database: Database, fleet: Fleet) -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(fleet, database, None))) as client:
        yield client


async def test_a_process_without_bots_is_well(monitor: Client) -> None:
    answer = await monitor.get("/health")

    assert (answer.status, await answer.json()) == (
        200,
        {
            "ok": True,
            "database": True,
            "taking_in": True,
            "handling": True,
            "sending": True,
            "lease": True,
            "disk": True,
            "bots": {"running": 0, "stopped": 0},
        },
    )


async def test_the_numbers_are_in_the_form_of_prometheus(monitor: Client) -> None:
    answer = await monitor.get("/metrics")

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'baton_bots{state="running"} 0.0\n' in await answer.text()


async def test_there_are_no_numbers_while_the_database_cannot_be_asked(
    database: Database,
) -> None:
    async with TestClient(TestServer(application(Gone(), database, None))) as client:
        assert (await client.get("/metrics")).status == 503


class Gone:
    """Bots whose database is gone."""

    def health(self) -> dict[str, Any]:
        return {}

    async def measure(self) -> bytes:
        raise OSError("connection refused")
