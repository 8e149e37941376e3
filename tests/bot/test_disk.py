"""How full the disk is that holds the database, and what still comes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.disk import Disk
from bot.polling import poll
from bot.web import application
from bot.webhook import SECRET, Webhooks
from relay.inbox import Inbox
from relay.lease import Lease
from relay.room import Room
from relay.store import Database
from tests.actors import START
from tests.bot.bot_api import TOKEN, Says, serving
from tests.bot.test_webhook import BOT, Bots, update

FILE = Path("/somewhere/baton.db")


@dataclass
class Told:
    """What the system says about a disk of a hundred bytes."""

    used: int

    @property
    def free(self) -> int:
        return 100 - self.used

    def __call__(self, folder: Path) -> Told:
        assert folder == FILE.parent
        return self


def test_there_is_less_room_from_80_and_from_95_percent_on() -> None:
    told = Told(0)
    disk = Disk(FILE, told)

    found = []
    for told.used in (0, 79, 80, 94, 95, 100):
        found.append(disk.room())

    assert found == [
        *(Room.ENOUGH, Room.ENOUGH),
        *(Room.LITTLE, Room.LITTLE),
        *(Room.NONE, Room.NONE),
    ]


def test_there_is_more_again_when_the_disk_is_clearly_emptier() -> None:
    told = Told(100)
    disk = Disk(FILE, told)
    assert disk.room() is Room.NONE

    found = []
    for told.used in (94, 92, 79, 77, 79):
        found.append(disk.room())

    assert found == [Room.NONE, Room.LITTLE, Room.LITTLE, Room.ENOUGH, Room.ENOUGH]


def test_a_database_that_is_no_file_has_room() -> None:
    assert Disk(None).room() is Room.ENOUGH
    assert Disk(None).used() is None


def test_a_real_disk_says_how_full_it_is(tmp_path: Path) -> None:
    used = Disk(tmp_path / "baton.db").used()

    assert used is not None
    assert 0 < used <= 1


def test_a_disk_that_cannot_be_asked_stops_nothing() -> None:
    assert Disk(Path("/no/such/folder/baton.db")).room() is Room.ENOUGH


async def test_a_webhook_takes_nothing_in_while_there_is_no_room(url: str) -> None:
    database = Database(url, clock=lambda: START)
    told = Told(95)
    disk = Disk(FILE, told)
    webhooks = Webhooks(database, [BOT], "https://baton.example", "0123456789abcdef", disk.room)
    secret = {SECRET: webhooks.secret(BOT)}
    async with TestClient(TestServer(application(Bots(), database, webhooks))) as messenger:
        full = await messenger.post(f"/webhook/{BOT}", json=update(7), headers=secret)
        stranger = await messenger.post(f"/webhook/{BOT}", json=update(7))
        told.used = 50
        again = await messenger.post(f"/webhook/{BOT}", json=update(7), headers=secret)

    assert (full.status, full.headers["Retry-After"]) == (503, "60")
    assert stranger.status == 401
    assert again.status == 200
    async with database.transaction(BOT) as store:
        assert [line.update_id for line in await store.lines_due(100)] == [7]
    await database.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_polling_stops_while_there_is_no_room_and_goes_on_by_itself(url: str) -> None:
    database = Database(url, clock=lambda: START)
    lease = await Lease.take(database, BOT, "test", alone=True)
    assert lease is not None
    inbox = Inbox(lease, None, done=lambda: None)  # type: ignore[arg-type]
    asked: list[Room] = []

    async with serving() as (api, address):

        def room() -> Room:
            asked.append(Room.ENOUGH if asked else Room.NONE)
            assert len(asked) > 1 or not api.asked
            return asked[-1]

        api.answers.append(Says(200, b'{"ok": true, "result": [{"update_id": 7}]}'))
        api.always = Says(500, b"")
        url = f"{address}/bot{TOKEN}"
        polling = asyncio.create_task(poll(url, inbox, room=room))
        async with asyncio.timeout(20):
            await inbox._wake.wait()
        polling.cancel()
        await asyncio.wait([polling])

    assert asked[:2] == [Room.NONE, Room.ENOUGH]
    await database.close()
