"""The messenger forgets an update when it is asked for the next: not before it is written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.polling import poll
from relay.inbox import Inbox
from relay.lease import Lease
from relay.store import Database
from tests.bot.bot_api import TOKEN, Says, error, serving
from tests.sandbox.stage import ANNA, Stage

AT_ONCE = 100  # so many updates are given in one answer: the rest is asked for
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Written(Inbox):
    """An inbox that says what was written down; at first its disk may be full."""

    def __init__(self, lease: Lease, full: int) -> None:
        super().__init__(lease, None, done=lambda: None)  # type: ignore[arg-type]
        self._full = full
        self.words: asyncio.Queue[str] = asyncio.Queue()

    async def receive(self, numbering: int, offset: int, lines: Sequence[dict[str, Any]]) -> None:
        if self._full:
            self._full -= 1
            raise OSError("disk full")
        await super().receive(numbering, offset, lines)
        for line in lines:
            self.words.put_nowait(json.loads(line["raw"])["message"]["text"])


@asynccontextmanager
async def polling(path: Path, stage: Stage, full: int = 0) -> AsyncIterator[Written]:
    """Poll a sandbox as long as it takes."""
    database = Database(f"sqlite+aiosqlite:///{path}", clock=lambda: NOON)
    lease = await Lease.take(database, 42, "test", alone=True)
    assert lease is not None
    inbox = Written(lease, full)
    task = asyncio.create_task(poll(f"{stage.url}/bot{stage.token}", inbox))
    try:
        async with asyncio.timeout(20):
            yield inbox
    finally:
        task.cancel()
        await asyncio.wait([task])
        await database.close()


async def test_what_could_not_be_written_down_comes_again(path: Path) -> None:
    async with Stage() as stage:
        await stage.says(ANNA, "It leaks")

        async with polling(path, stage, full=1) as inbox:
            assert await inbox.words.get() == "It leaks"


async def test_every_update_comes_once_and_none_is_passed_over(path: Path) -> None:
    said = [f"{number}" for number in range(AT_ONCE + 2)]
    async with Stage() as stage:
        for words in said:
            await stage.says(ANNA, words)

        async with polling(path, stage) as inbox:
            for words in said:
                assert await inbox.words.get() == words

            assert (await stage.control("wait", quiet=0, seconds=10)).get("quiet")
            assert inbox.words.empty()


async def test_a_rival_is_told_of_when_it_ends_one_call_after_the_other(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}", clock=lambda: NOON)
    lease = await Lease.take(database, 42, "test", alone=True)
    assert lease is not None
    told = asyncio.Event()

    async def rival() -> None:
        told.set()

    conflict = error(409, "Conflict: terminated by other getUpdates request", retry_after=1)
    nothing = Says(200, b'{"ok": true, "result": []}')
    async with serving() as (api, url):
        api.answers.extend([conflict, nothing, conflict, conflict])
        polling = asyncio.create_task(poll(f"{url}/bot{TOKEN}", Written(lease, 0), rival))
        async with asyncio.timeout(20):
            await told.wait()
        polling.cancel()
        await asyncio.wait([polling])

    assert api.methods == ["getUpdates"] * 4
    await database.close()
