"""The way out: what is owed is said, in the order of each chat, as fast as the messenger allows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from relay import wording
from relay.channel import (
    Another,
    Channel,
    Landed,
    Place,
    Reason,
    Retry,
    Unclear,
    Undelivered,
)
from relay.lease import Lease
from relay.limits import Call, Limiter, Window
from relay.outcomes import BREATH, Errand, Outcome, note, unclear
from relay.store import Store, Trouble
from relay.tables import Delivery, Doing, Progress

log = logging.getLogger(__name__)


IN_FLIGHT: Final = 100  #: deliveries that are being made at once
POLL: Final = 0.05  #: seconds between looks at the limits by who waits for a slot


LONGEST_WAIT: Final = timedelta(minutes=2)  #: for the next part of a long post


TROUBLES: Final = 5  #: of the database, one after another, until the process gives up


REMEMBERED: Final = timedelta(seconds=90)  #: how far back calls still count after a restart


class Courier:
    """Makes the deliveries of one bot, as long as it is ours."""

    def __init__(self, lease: Lease, channel: Channel) -> None:
        self._lease, self._channel = lease, channel
        self._limiter = Limiter()
        self._wake = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._errands: set[asyncio.Task[None]] = set()
        self._ending = False
        self._troubles = 0

    def nudge(self) -> None:
        """Say that there may be something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Make deliveries until cancelled."""
        await self.resume()
        async with asyncio.TaskGroup() as group:
            while not self._ending:
                self._wake.clear()
                due = await self.step(group)
                await self._until(due)
        await self._plan([])  # what was being sent is answered now: note it

    def finish(self) -> None:
        """Begin nothing new: ``run`` returns when what is being sent is answered and noted."""
        self._ending = True
        self._wake.set()

    async def settle(self) -> None:
        """Make all that is due now, and return when nothing moves any more."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                await self.step(group)
                if not (self._errands or self._outcomes or self._wake.is_set()):
                    return
                await self._wake.wait()

    async def resume(self) -> None:
        """Take up what the last process left: what it was sending may have arrived."""
        async with self._lease.transaction() as store:
            for lane, begun, doing in await store.recent_attempts(store.now - REMEMBERED):
                call = self._limiter.start(self._windows(lane, doing))
                self._limiter.finish(call, begun + timedelta(seconds=1))
            for line in await store.underway():
                await unclear(store, line)

    async def step(self, group: asyncio.TaskGroup) -> datetime | None:
        """Note in one commit what came of the last errands and what is tried next; then try.

        Returns when to look again if nobody nudges; None: nothing is owed.
        """
        begun: list[Call] = []
        try:
            errands, due = await self._plan(begun)
        except Trouble as trouble:
            for call in begun:
                self._limiter.finish(call, self._lease.clock())
            self._troubles += 1
            if self._troubles == TROUBLES:
                raise
            log.warning("the database could not: %s", type(trouble).__name__)
            return self._lease.clock() + BREATH
        self._troubles = 0
        for errand in errands:
            task = group.create_task(self._make(errand))
            self._errands.add(task)
            task.add_done_callback(self._errands.discard)
        return due

    async def _plan(self, begun: list[Call]) -> tuple[list[Errand], datetime | None]:
        """Return what is tried next, and when to look again; *begun* is what it counts as calls."""
        outcomes = list(self._outcomes)
        async with self._lease.transaction() as store:
            with store.unwritten():
                await note(store, outcomes)
            for lane in await store.held_due():
                await store.release(lane.chat)
            errands, soonest = ([], None) if self._ending else await self._choose(store, begun)
            due = await store.next_due()
            release = await store.next_release()
        del self._outcomes[: len(outcomes)]  # they are written down now
        return errands, min((at for at in (soonest, due, release) if at), default=None)

    def _windows(self, lane: str, doing: str) -> Sequence[tuple[tuple[str, ...], Window]]:
        return self._channel.windows(Place(lane), reaction=doing == Doing.RECEIPT)

    async def slot(self, lane: str, within: timedelta) -> Call | None:
        """Wait until one more call may go to a chat; None: not *within* that time.

        Whoever gets one says when it was answered: see ``answered``.
        """
        windows = self._windows(lane, Doing.NOTICE)
        last = self._lease.clock() + within
        while True:
            now = self._lease.clock()
            free = self._limiter.free_at(windows, now)
            if free and free <= now:
                return self._limiter.start(windows)
            if now >= last or (free and free > last):
                return None
            await asyncio.sleep(min(POLL, (free - now).total_seconds() if free else POLL))

    def answered(self, call: Call) -> None:
        """Note that a call that had a slot is over."""
        self._limiter.finish(call, self._lease.clock())
        self._wake.set()

    async def _choose(
        self, store: Store, begun: list[Call]
    ) -> tuple[list[Errand], datetime | None]:
        chosen: list[tuple[Delivery, wording.Errand]] = []
        calls: dict[int, Call] = {}
        soonest: datetime | None = None
        lines = await store.heads()
        await store.foresee(lines[: IN_FLIGHT - len(self._errands)])
        for line in lines:
            if len(self._errands) + len(chosen) >= IN_FLIGHT:
                break
            windows = self._windows(line.lane, line.doing)
            free = self._limiter.free_at(windows, store.now)
            if free is None:
                continue  # an answer is awaited, and wakes us
            if free > store.now:
                soonest = min(soonest or free, free)
                continue
            what = await self._worded(store, line)
            if isinstance(what, wording.Nothing):
                ours = what.reason is Reason.OUR_FAULT
                line.state = Progress.FAILED if ours else Progress.SUPERSEDED
                line.reason = what.reason
                self._wake.set()  # the next one of this lane may be due
                continue
            line.state = Progress.SENDING
            calls[line.id] = self._limiter.start(windows)
            begun.append(calls[line.id])
            chosen.append((line, what))
        await store.attempt([line for line, _ in chosen], self._lease.epoch)
        errands = [Errand(line, what, store.now, calls[line.id]) for line, what in chosen]
        return errands, soonest

    async def _worded(self, store: Store, line: Delivery) -> wording.Errand:
        try:
            return await wording.errand(store, line)
        except Exception:
            # Whatever it is, sending half of it or nothing for ever would be worse.
            log.exception("delivery %d has no words", line.id)
            return wording.Nothing(Reason.OUR_FAULT)

    async def _make(self, errand: Errand) -> None:
        landed, error = None, None
        try:
            landed = await self._do(errand)
        except Undelivered as undelivered:
            error = undelivered
        except Exception as surprise:  # nobody knows how far it came: that is what unclear means
            log.exception("delivery %d met with a surprise", errand.line.id)
            error = Unclear(type(surprise).__name__)
        self._outcomes.append(Outcome(errand, landed, error, self._lease.clock()))
        self._wake.set()

    async def _do(self, errand: Errand) -> Landed:
        place, more = Place(errand.line.place), list[Call]()

        async def another() -> None:
            self.answered(more.pop() if more else errand.call)
            call = await self.slot(errand.line.lane, LONGEST_WAIT)
            if call is None:
                raise Retry(LONGEST_WAIT)
            more.append(call)

        try:
            return await self._errand(errand.what, place, another)
        finally:
            self.answered(more.pop() if more else errand.call)

    async def _errand(self, what: wording.Errand, place: Place, another: Another) -> Landed:
        match what:
            case wording.Say(post=post):
                return await self._channel.send(place, post, another)
            case wording.Change(post=post, refs=refs):
                return await self._channel.edit(place, refs, post, another)
            case wording.React(ref=ref, reaction=reaction):
                await self._channel.react(place, ref, reaction)
        return Landed(place, [])

    async def _until(self, due: datetime | None) -> None:
        if self._outcomes or self._wake.is_set() or self._ending:
            return
        wait = (due - self._lease.clock()).total_seconds() if due else None
        try:
            async with asyncio.timeout(None if wait is None else max(wait, 0.001)):
                await self._wake.wait()
        except TimeoutError:
            pass
