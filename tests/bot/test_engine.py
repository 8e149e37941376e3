"""What a bot does before it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from bot.disk import Disk
from bot.engine import Engine
from bot.metrics import Metrics
from bot.settings import Settings
from bot.webhook import Webhooks
from relay.lease import Lease, Stopped
from relay.store import Database
from tests.bot.bot_api import TOKEN, error, serving

BOT = 42
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "0123456789abcdef"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url, clock=lambda: START)
    yield database
    await database.close()


async def ran_till(database: Database, last: timedelta) -> None:
    """Let a process have given the bot back some time ago."""
    lease = await Lease.take(database, BOT, "first", alone=True)
    assert lease is not None
    await lease.give_back()
    async with database.transaction(BOT) as store:
        given = await store.lease()
        assert given is not None
        given.until -= last


@pytest.mark.parametrize(
    ("last", "told"), [(timedelta(minutes=2), False), (timedelta(minutes=10), True)]
)
async def test_with_a_webhook_a_start_after_too_long_is_told_even_if_nobody_can_be_asked_yet(
    database: Database, last: timedelta, told: bool
) -> None:
    await ran_till(database, last)
    lease = await Lease.take(database, BOT, "second", alone=True)
    assert lease is not None

    async with serving() as (api, address):
        api.always = error(401, "Unauthorized")
        settings = Settings.model_validate(
            {"bot_token": TOKEN, "telegram_api_url": address, "operators": [900]}
        )
        webhooks = Webhooks(database, [BOT], "https://baton.example", KEY)
        metrics = Metrics(CollectorRegistry())
        with pytest.raises(Stopped):
            await Engine(lease, TOKEN, settings, webhooks, metrics, Disk(None)).run()

    async with database.transaction(BOT) as store:
        owed = [each.cause.rpartition(":")[0] for each, _urgency in await store.heads()]
        due = await store.next_due()
    assert owed == []
    assert (due is not None) is told
