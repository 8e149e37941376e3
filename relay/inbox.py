"""The way in: updates are written down first, then handled in the order of each chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from relay.refusals import NotYet
from relay.store import Clash, Database, Store, Trouble
from relay.tables import Cursor, Handling, Line

log = logging.getLogger(__name__)

BREATH: Final = timedelta(seconds=1)  #: until a database in trouble is asked again
MOMENT: Final = timedelta(milliseconds=200)  #: until what is being sent may be written down
TOGETHER: Final = 100  #: updates that may share a commit
#: How long a line waits after each try that failed; then it is set aside.
WAITS: Final = tuple(timedelta(seconds=each) for each in (1, 5, 20, 60))


class Unreadable(Exception):
    """An update that no try will make sense of."""


class Handler(Protocol):
    """What makes sense of updates."""

    async def prepare(self, raws: Sequence[str]) -> None:
        """Fetch over the network what handling will need; no transaction is open."""

    async def handle(self, store: Store, raw: str) -> Any:
        """Handle one update and return a courtesy for after the commit, or None.

        Raises:
            Unreadable: it will never be understood.
            Undone: something was refused half way, and must leave no trace.
        """

    async def refused(self, store: Store, raw: str, undone: Undone) -> Any:
        """Return the courtesy that tells somebody why their request was declined."""

    async def courtesies(self, replies: Sequence[Any]) -> None:
        """Send replies that may be lost."""


class Undone(Exception):
    """Handling was refused; what it did before must be undone. The cause says why."""


class Inbox:
    """Takes in and handles the updates of one bot."""

    def __init__(
        self, database: Database, bot: int, handler: Handler, *, done: Callable[[], None]
    ) -> None:
        self._database, self._bot = database, bot
        self._handler, self._done = handler, done
        self._wake = asyncio.Event()
        self._courtesies: set[asyncio.Task[None]] = set()

    async def cursor(self) -> tuple[int, int | None, datetime | None]:
        """Return the numbering, the offset to ask for, and when it was last asked."""
        async with self._database.transaction(self._bot) as store:
            cursor = await store.cursor()
        return (cursor.numbering, cursor.offset, cursor.polled_at) if cursor else (1, None, None)

    async def receive(self, numbering: int, offset: int, lines: Sequence[dict[str, Any]]) -> None:
        """Write updates down, and how far they bring us, in one commit."""
        async with self._database.transaction(self._bot) as store:
            await store.receive([{"numbering": numbering, **line} for line in lines])
            cursor = await store.cursor()
            if cursor is None:
                cursor = Cursor(bot=self._bot)
                store.keep([cursor])
            cursor.numbering, cursor.offset, cursor.polled_at = numbering, offset, store.now
        self._wake.set()

    async def run(self) -> None:
        """Handle updates until cancelled."""
        while True:
            self._wake.clear()
            try:
                if await self.step():
                    continue
                async with self._database.transaction(self._bot) as store:
                    due = await store.next_line_due()
            except Clash:
                raise
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)
                due = self._database.clock() + BREATH
            await self._until(due)

    async def step(self) -> bool:
        """Handle what is due; say whether there was anything."""
        async with self._database.transaction(self._bot) as store:
            lines = await store.lines_due(TOGETHER)
        if not lines:
            return False
        await self._handler.prepare([line.raw for line in lines])
        try:
            replies = await self._together(lines)
        except Exception:  # one of them failed or was refused: each for itself, then
            replies = await self._one_by_one(lines)
        self._done()
        # A reply may have to wait for its chat's turn; nothing waits for a reply.
        task = asyncio.create_task(self._handler.courtesies(replies))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)
        return True

    async def settle(self) -> None:
        """Handle all that is due, and return when every reply has been sent or given up."""
        while await self.step():
            pass
        await asyncio.gather(*self._courtesies)

    async def _together(self, lines: Sequence[Line]) -> list[Any]:
        async with self._database.transaction(self._bot) as store:
            replies = []
            for known in await store.expect(lines):
                if known.state is Handling.NEW:
                    replies.append(await self._handler.handle(store, known.raw))
                    known.state = Handling.DONE
            return replies

    async def _one_by_one(self, lines: Sequence[Line]) -> list[Any]:
        replies, stuck = [], set[str]()
        for line in lines:
            if line.lane in stuck:
                continue
            try:
                replies.append(await self._alone(line))
            except NotYet:
                await self._put_off(line, MOMENT)
                stuck.add(line.lane)
            except Clash:
                log.exception("update %d contradicts what is there", line.update_id)
                await self._put_off(line)
                stuck.add(line.lane)
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)
                await self._put_off(line, MOMENT)
                stuck.add(line.lane)
            except Unreadable as unreadable:
                log.warning("update %d is set aside: %s", line.update_id, unreadable)
                await self._put_off(line, aside=str(unreadable))
            except Exception:  # whatever it is, it must not stop the other lanes
                log.exception("update %d failed", line.update_id)
                await self._put_off(line)
                stuck.add(line.lane)
        return replies

    async def _alone(self, line: Line) -> Any:
        try:
            return (await self._together([line]) or [None])[0]
        except Undone as undone:
            async with self._database.transaction(self._bot) as store:
                known = await store.line(line.id)
                if known:
                    known.state = Handling.DONE
                return await self._handler.refused(store, line.raw, undone)

    async def _put_off(
        self, line: Line, moment: timedelta | None = None, aside: str | None = None
    ) -> None:
        """Try again after a *moment*, or after a wait that uses up a try, or set it *aside*."""
        async with self._database.transaction(self._bot) as store:
            known = await store.line(line.id)
            if known is None:
                return
            if moment:
                known.due_at = store.now + moment
                return
            known.tries += 1
            if aside or known.tries > len(WAITS):
                known.state, known.reason = Handling.ASIDE, aside or "failed"
            else:
                known.due_at = store.now + WAITS[known.tries - 1]

    async def _until(self, due: datetime | None) -> None:
        wait = (due - self._database.clock()).total_seconds() if due else None
        try:
            async with asyncio.timeout(None if wait is None else max(wait, 0.001)):
                await self._wake.wait()
        except TimeoutError:
            pass
