"""The way in: updates are written down first, then handled in the order of each chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

from relay import outbox
from relay.flood import Flood
from relay.lease import Lease, Lost
from relay.outbox import Notice
from relay.refusals import NotYet
from relay.store import Arrival, Clash, Database, Store, Trouble
from relay.tables import Handling

log = logging.getLogger(__name__)

STILL: Final = timedelta(seconds=1)  #: without another part an album is complete
PATIENCE: Final = timedelta(seconds=10)  #: with parts that are longer under way than that
ALBUM: Final = 10  #: parts at most; Bot API, sendMediaGroup
BREATH: Final = timedelta(seconds=1)  #: until a database in trouble is asked again
MOMENT: Final = timedelta(milliseconds=200)  #: until what is being sent may be written down
TOGETHER: Final = 100  #: updates that may share a commit
#: How long a line waits after each try that failed; then it is set aside.
WAITS: Final = tuple(timedelta(seconds=each) for each in (1, 5, 20, 60))
QUIET: Final = timedelta(days=6)  #: after that the messenger may count anew; Bot API, update_id
POLLED: Final = timedelta(seconds=30)  #: how exactly it is kept when the messenger was last heard
LISTENS: Final = timedelta(seconds=1)  #: between looks for what another process has taken in
KEPT: Final = timedelta(days=14)  #: lines that are done
CLEARED: Final = timedelta(hours=1)  #: between clearances
AT_ONCE: Final = 1000  #: old lines that are cleared in one commit


#: What is handled as one: an update, or the parts of an album.
Batch = Sequence[Arrival]


class Unreadable(Exception):
    """An update that no try will make sense of."""


@dataclass(frozen=True)
class Ignored:
    """An update is none of our business, by a *rule*."""

    rule: str


class Handler(Protocol):
    """What makes sense of updates."""

    def lacks(self, raw: str) -> bool:
        """Say whether handling will need something that has to be fetched over the network."""

    async def prepare(self, raws: Sequence[str]) -> None:
        """Fetch what handling will need; no transaction is open. What cannot be had is let be."""

    async def handle(self, store: Store, raws: Sequence[str], before: Sequence[str]) -> Any:
        """Handle one update, or the parts of an album; others of it came *before*.

        Return a courtesy for after the commit, or None, or ``Ignored``.

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


async def take_in(database: Database, bot: int, line: dict[str, Any]) -> None:
    """Write one update down that was pushed to us; any process may, the bot's owner handles it.

    The messenger may count anew after a quiet week: then a new numbering begins.
    """
    async with database.transaction(bot) as store:
        cursor = await store.cursor()
        quiet = store.now - cursor.polled_at if cursor else None
        numbering = (cursor.numbering if cursor else 1) + bool(quiet and quiet > QUIET)
        await store.receive([{"numbering": numbering, **line}])
        if cursor is None or (quiet and quiet > POLLED):
            await store.reach(numbering, line["update_id"] + 1)


class Inbox:
    """Takes in and handles the updates of one bot, as long as it is ours.

    Updates of one chat are handled in order; chats do not wait for each other. One that *listens*
    looks now and then for what other processes have taken in. Who says more at once than a *flood*
    allows is told so, and the rest of it is handled a little later; parties may say what they like.
    """

    def __init__(
        self,
        lease: Lease,
        handler: Handler,
        *,
        done: Callable[[], None],
        listens: bool = False,
        flood: Flood | None = None,
    ) -> None:
        self._lease, self._handler, self._done = lease, handler, done
        self._listens, self._flood = listens, flood
        self._wake = asyncio.Event()
        self._courtesies: set[asyncio.Task[None]] = set()
        self._fetching: dict[str, asyncio.Task[None]] = {}  #: by the lane that waits for it
        self._collecting: dict[str, datetime] = {}  #: lanes that wait for an album, until then
        self._cleared: datetime | None = None
        self._next_due: datetime | None = None  #: the next line that waits, as was found last

    def nudge(self) -> None:
        """Say that there may be something to do."""
        self._wake.set()

    async def cursor(self) -> tuple[int, int | None, datetime | None]:
        """Return the numbering, the offset to ask for, and when it was last asked."""
        async with self._lease.transaction() as store:
            cursor = await store.cursor()
        return (cursor.numbering, cursor.offset, cursor.polled_at) if cursor else (1, None, None)

    async def heard(self) -> None:
        """Note that the messenger was heard, and had nothing new."""
        async with self._lease.transaction() as store:
            if cursor := await store.cursor():
                cursor.polled_at = store.now

    async def receive(self, numbering: int, offset: int, lines: Sequence[dict[str, Any]]) -> None:
        """Write updates down, and how far they bring us, in one commit."""
        async with self._lease.transaction() as store:
            await store.receive([{"numbering": numbering, **line} for line in lines])
            await store.reach(numbering, offset)
        self._wake.set()

    async def run(self) -> None:
        """Handle updates until cancelled."""
        while True:
            self._wake.clear()
            try:
                if await self.step():
                    continue
                if await self._clear():
                    continue
                due = self._next_due
            except Clash:
                raise
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)
                due = self._lease.clock() + BREATH
            await self._until(due)

    async def step(self) -> bool:
        """Handle what is due; say whether there may be more."""
        ready: list[Batch] = []
        fetched: list[Batch] = []
        try:
            async with self._lease.transaction() as store:
                lines = await store.lines_due(TOGETHER, besides=self._waiting(store.now))
                more = len(lines) == TOGETHER
                if not more:
                    self._next_due = await store.next_line_due()
                said = await self._collect(store, lines)
                fetched = self._fetch(said)
                more = more or len(fetched) < len(said)
                ready, flooding = await self._at_pace(store, fetched)
                replies = await self._handled(store, ready) if ready else []
                await self._tell(store, flooding)
                more = more or store.more_came
        except Lost:
            raise
        except Exception:
            if not ready:
                raise
            more, replies = True, await self._one_by_one(ready)  # one of them failed or was refused
        if fetched:
            self._done()
        if ready:
            # A reply may have to wait for its chat's turn; nothing waits for a reply.
            task = asyncio.create_task(self._handler.courtesies(replies))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)
        return more

    async def settle(self) -> None:
        """Handle all that is due, and return when every reply has been sent or given up."""
        while await self.step() or self._fetching:
            await asyncio.gather(*self._fetching.values())
        await asyncio.gather(*self._courtesies)

    def _waiting(self, now: datetime) -> set[str]:
        """Return the lanes whose next line cannot be handled yet."""
        self._collecting = {lane: until for lane, until in self._collecting.items() if until > now}
        flooding = self._flood.waiting(now) if self._flood else ()
        return {*self._fetching, *self._collecting, *flooding}

    async def _collect(self, store: Store, lines: Sequence[Arrival]) -> list[Batch]:
        """Put the parts of albums together; a lane waits for what is still under way."""
        found: list[Batch] = []
        taken = set[int]()
        for line in lines:
            if line.id in taken or line.lane in self._collecting:
                continue
            if not line.album:
                found.append([line])
                continue
            parts = (await store.album(line))[:ALBUM]
            until = complete_at(parts)
            if until > store.now:
                self._collecting[line.lane] = min(until, store.now + STILL)
                continue
            taken |= {part.id for part in parts}
            found.append(parts)
        return found

    def _fetch(self, said: Sequence[Batch]) -> list[Batch]:
        """Return what can be handled now; what the other lanes need is fetched."""
        lacking = {line.lane for lines in said for line in lines if self._handler.lacks(line.raw)}
        for lane in lacking:
            raws = [line.raw for lines in said for line in lines if line.lane == lane]
            task = asyncio.create_task(self._handler.prepare(raws))
            self._fetching[lane] = task
            task.add_done_callback(partial(self._fetched, lane))
        return [lines for lines in said if lines[0].lane not in lacking]

    def _fetched(self, lane: str, _: asyncio.Task[None]) -> None:
        del self._fetching[lane]
        self._wake.set()

    async def _at_pace(
        self, store: Store, said: Sequence[Batch]
    ) -> tuple[list[Batch], dict[str, datetime]]:
        """Return what is handled now, and since when the lanes are too fast whose rest waits."""
        if self._flood is None:
            return [*said], {}
        found, flooding = list[Batch](), dict[str, datetime]()
        for lines in said:
            lane = lines[0].lane
            if lane in flooding:
                continue
            fast = bool(lane) and self._flood.free_at(lane, store.now) > store.now
            if fast and not await store.party_at(await store.home(lane)):
                flooding[lane] = self._flood.slowed(lane, store.now)
            else:
                self._flood.took(lane, store.now, len(lines))
                found.append(lines)
        return found, flooding

    async def _tell(self, store: Store, flooding: Mapping[str, datetime]) -> None:
        """Tell clients who are too fast that nothing is lost."""
        for lane, since in flooding.items():
            home = await store.home(lane)
            if await store.client_at(home):
                why = since.strftime("%Y%m%d%H")  # once an hour, whichever process it is
                outbox.notice(store, Notice.SLOWED, why, home, None, urgent=True)

    async def _handled(self, store: Store, said: Sequence[Batch]) -> list[Any]:
        """Handle what was said in one transaction; return the replies."""
        replies, rules = [], dict[int, str | None]()
        await store.expect([lines[0] for lines in said])
        for lines in said:
            before = await store.came_before(lines[0]) if lines[0].album else ()
            reply = await self._handler.handle(store, [line.raw for line in lines], before)
            rule = reply.rule if isinstance(reply, Ignored) else None
            rules |= {line.id: rule for line in lines}
            replies.append(reply)
        await store.handled(rules)
        return replies

    async def _one_by_one(self, said: Sequence[Batch]) -> list[Any]:
        replies, stuck = [], set[str]()
        for lines in said:
            line = lines[0]  # whatever keeps it keeps the others of an album as well
            if line.lane in stuck:
                continue
            try:
                replies.append(await self._alone(lines))
            except Lost:
                raise
            except NotYet:
                await self._put_off(line, MOMENT)
                stuck.add(line.lane)
            except Clash:
                log.exception("update %d contradicts what is there", line.update_id)
                for part in lines:
                    await self._put_off(part)
                stuck.add(line.lane)
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)
                await self._put_off(line, MOMENT)
                stuck.add(line.lane)
            except Unreadable as unreadable:
                log.warning("update %d is set aside: %s", line.update_id, unreadable)
                if len(lines) > 1:  # one of an album: the others are handled without it
                    replies += await self._one_by_one([[part] for part in lines])
                else:
                    await self._put_off(line, aside=str(unreadable))
            except Exception as failure:  # whatever it is, it must not stop the other lanes
                log.exception("update %d failed", line.update_id)
                for part in lines:
                    await self._put_off(part, failed=type(failure).__name__)
                stuck.add(line.lane)
        return replies

    async def _alone(self, lines: Batch) -> Any:
        try:
            async with self._lease.transaction() as store:
                known = await store.line(lines[0].id)
                if known is None or known.state is not Handling.NEW:
                    return None  # its commit was good, but we did not hear of it
                return (await self._handled(store, [lines]))[0]
        except Undone as undone:
            async with self._lease.transaction() as store:
                await store.handled(dict.fromkeys(line.id for line in lines))
                return await self._handler.refused(store, lines[0].raw, undone)

    async def _put_off(
        self,
        line: Arrival,
        moment: timedelta | None = None,
        *,
        aside: str | None = None,
        failed: str = "Clash",
    ) -> None:
        """Try again after a *moment*, or after a wait that uses up a try, or set it *aside*."""
        async with self._lease.transaction() as store:
            known = await store.line(line.id)
            if known is None:
                return
            if moment:
                known.due_at = store.now + moment
                return
            known.tries += 1
            if aside or known.tries > len(WAITS):
                known.state, known.reason = Handling.ASIDE, aside or failed
            else:
                known.due_at = store.now + WAITS[known.tries - 1]

    async def _clear(self) -> bool:
        """Clear away what has long been done; say whether there may be more of it."""
        now = self._lease.clock()
        if self._cleared and now - self._cleared < CLEARED:
            return False
        async with self._lease.transaction() as store:
            cleared = await store.clear_away(now - KEPT, AT_ONCE)
        if cleared < AT_ONCE:
            self._cleared = now
        return cleared == AT_ONCE

    async def _until(self, due: datetime | None) -> None:
        now = self._lease.clock()
        flooding = self._flood.waiting(now).values() if self._flood else ()
        waits = (due, *self._collecting.values(), *flooding)
        due = min((at for at in waits if at), default=None)
        if self._listens:
            due = min(due or now + LISTENS, now + LISTENS)
        wait = (due - now).total_seconds() if due else None
        try:
            async with asyncio.timeout(None if wait is None else max(wait, 0.001)):
                await self._wake.wait()
        except TimeoutError:
            pass


def complete_at(parts: Batch) -> datetime:
    """Return when nothing more is expected of an album: nobody tells how many parts it has."""
    first, last = parts[0], parts[-1]
    if len(parts) == ALBUM:
        return first.arrived_at
    return min(last.arrived_at + STILL, first.arrived_at + PATIENCE)
