"""The way in by webhook, as the messenger sees it: what it must send again, and what not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web import application
from bot.webhook import LARGEST, SECRET, Webhooks
from relay.store import Database

BOT, OTHER = 42, 43
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Client = TestClient[web.Request, web.Application]


class Bots:
    """Two bots that work."""

    def health(self) -> dict[str, Any]:
        return {"sending": True, "bots": {"running": 2}}

    async def measure(self) -> bytes:
        return b"baton_bots 2"


class House:
    """A process that takes updates in for two bots."""

    def __init__(self, url: str) -> None:
        self.now = START
        self.database = Database(url, clock=lambda: self.now)
        self.webhooks = Webhooks(
            self.database, [BOT, OTHER], "https://baton.example/", "0123456789abcdef"
        )

    def secret(self, bot: int = BOT) -> dict[str, str]:
        return {SECRET: self.webhooks.secret(bot)}

    async def lines(self, bot: int = BOT) -> list[tuple[int, int]]:
        """Return numbering and id of what waits to be handled, in order."""
        async with self.database.transaction(bot) as store:
            due = await store.lines_due(100)
            found = [line for each in due if (line := await store.line(each.id))]
            return [(line.numbering, line.update_id) for line in found]


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    house = House(url)
    yield house
    await house.database.close()


@pytest.fixture
async def messenger(house: House) -> AsyncIterator[Client]:
    served = application(Bots(), house.database, house.webhooks)
    async with TestClient(TestServer(served)) as client:
        yield client


def update(number: int, chat: int = 101) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat}}}


async def test_an_update_is_written_down_before_it_is_confirmed(
    house: House, messenger: Client
) -> None:
    answer = await messenger.post("/webhook/42", json=update(7), headers=house.secret())

    assert (answer.status, await answer.read()) == (200, b"")
    assert await house.lines() == [(1, 7)]


async def test_whoever_handles_the_bot_hears_of_it_at_once(house: House, messenger: Client) -> None:
    heard: list[str] = []
    with house.webhooks.open(BOT, lambda: heard.append("update")):
        await messenger.post("/webhook/42", json=update(7), headers=house.secret())
    await messenger.post("/webhook/42", json=update(8), headers=house.secret())

    assert heard == ["update"]


async def test_an_update_that_comes_twice_is_confirmed_twice_and_kept_once(
    house: House, messenger: Client
) -> None:
    for _time in range(2):
        answer = await messenger.post("/webhook/42", json=update(7), headers=house.secret())
        assert answer.status == 200

    assert await house.lines() == [(1, 7)]


async def test_updates_may_come_in_any_order_and_none_hides_an_earlier_one(
    house: House, messenger: Client
) -> None:
    for number in (9, 7, 8):
        await messenger.post("/webhook/42", json=update(number), headers=house.secret())

    assert sorted(await house.lines()) == [(1, 7), (1, 8), (1, 9)]


@pytest.mark.parametrize("secret", ["", "wrong", "секрет", "0123456789abcdef", "ÿ"], ids=ascii)
async def test_without_the_secret_nothing_is_taken_in(
    house: House, messenger: Client, secret: str
) -> None:
    answer = await messenger.post("/webhook/42", json=update(7), headers={SECRET: secret})

    assert answer.status == 401
    assert await house.lines() == []


async def test_the_secret_of_one_bot_opens_no_other(house: House, messenger: Client) -> None:
    answer = await messenger.post("/webhook/42", json=update(7), headers=house.secret(OTHER))

    assert answer.status == 401


@pytest.mark.parametrize("bot", ["44", "0", "x", "42x"])
async def test_a_bot_that_is_not_ours_looks_like_a_wrong_secret(
    house: House, messenger: Client, bot: str
) -> None:
    answer = await messenger.post(f"/webhook/{bot}", json=update(7), headers=house.secret())

    assert answer.status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": 7, "message": "' + b"x" * LARGEST + b'"}',
    ],
    ids=lambda body: str(body[:20]),
)
async def test_what_is_no_update_is_refused_for_good(
    house: House, messenger: Client, body: bytes
) -> None:
    answer = await messenger.post("/webhook/42", data=BytesIO(body), headers=house.secret())

    assert answer.status == 400
    assert await house.lines() == []


async def test_what_cannot_be_written_down_now_is_asked_for_again(
    house: House, messenger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> Any:
        raise OSError("no space left on device")

    monkeypatch.setattr(house.database, "transaction", full)
    answer = await messenger.post("/webhook/42", json=update(7), headers=house.secret())

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")


async def test_after_a_quiet_week_the_messenger_counts_anew(
    house: House, messenger: Client
) -> None:
    await messenger.post("/webhook/42", json=update(7_000), headers=house.secret())
    house.now += timedelta(days=7)
    await messenger.post("/webhook/42", json=update(5), headers=house.secret())
    await messenger.post("/webhook/42", json=update(6), headers=house.secret())
    await messenger.post("/webhook/42", json=update(5), headers=house.secret())

    assert await house.lines() == [(1, 7_000), (2, 5), (2, 6)]
    async with house.database.transaction(BOT) as store:
        cursor = await store.cursor()
    assert cursor is not None
    assert cursor.numbering == 2


async def test_without_a_webhook_there_is_no_address_to_push_to(house: House) -> None:
    served = application(Bots(), house.database, None)
    async with TestClient(TestServer(served)) as client:
        answer = await client.post("/webhook/42", json=update(7), headers=house.secret())

    assert answer.status == 404


async def test_whoever_watches_hears_that_the_database_is_gone(
    house: House, messenger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone() -> None:
        raise OSError("connection refused")

    well = await messenger.get("/health")
    assert (well.status, await well.json()) == (
        200,
        {"ok": True, "database": True, "sending": True, "bots": {"running": 2}},
    )

    monkeypatch.setattr(house.database, "ping", gone)
    ill = await messenger.get("/health")
    assert (ill.status, await ill.json()) == (
        503,
        {"ok": False, "database": False, "sending": True, "bots": {"running": 2}},
    )
