"""The way out: what is owed is said, in the order of each chat, as fast as the messenger allows."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from relay import wording
from relay.channel import (
    Another,
    Channel,
    Held,
    Landed,
    Place,
    Reason,
    Retry,
    Unclear,
    Undelivered,
)
from relay.lease import Lease, Stopped
from relay.limits import Call, Limiter, Window
from relay.outcomes import BREATH, Errand, Outcome, left, note
from relay.store import Clash, Store, Trouble
from relay.tables import Delivery, Doing, Progress

log = logging.getLogger(__name__)


IN_FLIGHT: Final = 100  #: deliveries that are being made at once
POLL: Final = 0.05  #: seconds between looks at the limits by who waits for a slot
LONGEST_WAIT: Final = timedelta(minutes=2)  #: for the next part of a long post
REMEMBERED: Final = timedelta(seconds=90)  #: how far back calls still count after a restart
TOGETHER: Final = 40  #: messages that may be said in one go
MORE: Final = 1.05  #: a pause that the messenger asks for is kept a little longer
TIGHT: Final = timedelta(minutes=10)  #: for so long we are slower than allowed after that
STORM: Final = (3, timedelta(seconds=10))  #: chats that ask for a pause within so long: all pause


class Courier:
    """Makes the deliveries of one bot, as long as it is ours."""

    def __init__(self, lease: Lease, channel: Channel) -> None:
        self._lease, self._channel = lease, channel
        self._limiter = Limiter()
        self._wake = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._errands: set[asyncio.Task[None]] = set()
        self._ending = self._stopped = False
        self._paused_until: datetime | None = None
        self._tight: dict[str, datetime] = {}  #: lanes that we are slower in, till when
        self._asked: deque[tuple[datetime, str]] = deque()  #: pauses that were asked for lately
        self._served: dict[str, int] = {}  #: when each lane had its last turn
        self._turns = count(1)

    def nudge(self) -> None:
        """Say that there may be something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Make deliveries until cancelled, or told to finish.

        Raises:
            Stopped: the messenger does not accept the bot any more.
        """
        await self.resume()
        async with asyncio.TaskGroup() as group:
            while not self._ending:
                self._wake.clear()
                due = await self.step(group)
                await self._until(due)
        try:
            await self._plan([])  # what was being sent is answered now: note it
        except Trouble as trouble:  # then it is as if we had died while it was being sent
            log.warning("the database could not: %s", type(trouble).__name__)
        if self._stopped:
            raise Stopped

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
        clock = asyncio.get_running_loop().time()
        async with self._lease.transaction() as store:
            for lane, begun, doing in await store.recent_attempts(store.now - REMEMBERED):
                ago = clock - (store.now - begun).total_seconds()
                call = self._limiter.start(self._windows(lane, doing), ago)
                self._limiter.finish(call, ago, unclear=True)
            for line in await store.underway():
                await left(store, line)
            self._tight = await store.tightened()
            lease = await store.lease()
            self._paused_until = lease.paused_until if lease else None

    async def step(self, group: asyncio.TaskGroup) -> datetime | None:
        """Note in one commit what came of the last errands and what is tried next; then try.

        Returns when to look again if nobody nudges; None: nothing is owed.
        """
        begun: list[Call] = []
        try:
            errands, due = await self._plan(begun)
        except Clash:
            raise
        except Trouble as trouble:
            for call in begun:
                self.answered(call)
            log.warning("the database could not: %s", type(trouble).__name__)
            await asyncio.sleep(BREATH.total_seconds())  # what came of errands is kept meanwhile
            return self._lease.clock()
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
            await self._slow_down(store, outcomes)
            for lane in await store.held_due():
                await store.release(lane.chat)
            silent = self._ending or (self._paused_until and self._paused_until > store.now)
            errands, soonest = ([], None) if silent else await self._choose(store, begun)
            due = await store.next_due()
            release = await store.next_release()
        del self._outcomes[: len(outcomes)]  # they are written down now
        if any(isinstance(each.error, Held) and is_stop(each.error) for each in outcomes):
            self._stopped = True
            self.finish()
        pause = self._paused_until if silent else None
        return errands, min((at for at in (soonest, due, release, pause) if at), default=None)

    async def _slow_down(self, store: Store, outcomes: Sequence[Outcome]) -> None:
        """Be slower in lanes where the messenger asked for a pause; if there are many, in all."""
        number, within = STORM
        for each in outcomes:
            if not isinstance(each.error, Retry) or not each.error.asked:
                continue
            lane, until = each.errand.line.lane, store.now + each.error.after * MORE
            log.warning("a pause of %s was asked for", each.error.after)
            self._tight[lane] = store.now + TIGHT
            await store.tighten(lane, until, store.now + TIGHT)
            self._asked.append((store.now, lane))
            while self._asked[0][0] < store.now - within:
                self._asked.popleft()
            if len({lane for _at, lane in self._asked}) >= number:
                self._paused_until = max(until, self._paused_until or until)
                await store.pause_bot(self._paused_until)

    def _windows(self, lane: str, doing: str) -> Sequence[tuple[tuple[str, ...], Window]]:
        windows = self._channel.windows(Place(lane), reaction=doing == Doing.RECEIPT)
        until = self._tight.get(lane)
        if until is None:
            return windows
        if until < self._lease.clock():
            del self._tight[lane]
            return windows
        return [(key, each.tightened() if lane in key else each) for key, each in windows]

    async def slot(self, lane: str, within: timedelta) -> Call | None:
        """Wait until one more call may go to a chat; None: not *within* that time.

        Whoever gets one says when it was answered: see ``answered``.
        """
        loop = asyncio.get_running_loop()
        last = loop.time() + within.total_seconds()
        while True:
            windows, now = self._windows(lane, Doing.NOTICE), loop.time()
            free = self._limiter.free_at(windows, now)
            if free is not None and free <= now:
                return self._limiter.start(windows, now)
            if now >= last or (free is not None and free > last):
                return None
            await asyncio.sleep(POLL if free is None else min(POLL, free - now))

    def answered(self, call: Call, *, unclear: bool = False) -> None:
        """Note that a call that had a slot is over."""
        self._limiter.finish(call, asyncio.get_running_loop().time(), unclear=unclear)
        self._wake.set()

    async def _choose(
        self, store: Store, begun: list[Call]
    ) -> tuple[list[Errand], datetime | None]:
        free, soonest = await self._free(store, begun)
        await store.foresee([line for line, _call in free])
        talk = {line.lane for line, _call in free if line.doing is Doing.COPY}
        behind = await store.behind(talk, TOGETHER) if talk else {}
        await store.foresee([line for lines in behind.values() for line in lines])
        errands: list[Errand] = []
        for line, call in free:
            what = await self._worded(store, line)
            if isinstance(what, wording.Nothing):
                ours = what.reason is Reason.OUR_FAULT
                line.state = Progress.FAILED if ours else Progress.SUPERSEDED
                line.reason = what.reason
                begun.remove(call)
                self._limiter.cancel(call)
                self._wake.set()  # the next one of this lane may be due
                continue
            what, others = await self._merged(store, line, what, behind.get(line.lane, []))
            for each in (line, *others):
                each.state = Progress.SENDING
            errands.append(Errand(line, what, store.now, call, others))
        await store.attempt([errand.line for errand in errands], self._lease.epoch)
        return errands, soonest

    async def _free(
        self, store: Store, begun: list[Call]
    ) -> tuple[list[tuple[Delivery, Call]], datetime | None]:
        """Return what the limits allow to be tried now, and when to look again.

        Slots go round the lanes: messages first, and whose last turn is the longest ago.
        """
        heads = await store.heads()
        heads.sort(key=lambda head: (head[1], self._served.get(head[0].lane, 0)))
        now = asyncio.get_running_loop().time()
        found: list[tuple[Delivery, Call]] = []
        soonest: datetime | None = None
        for line, _urgency in heads:
            if len(self._errands) + len(found) >= IN_FLIGHT:
                break
            windows = self._windows(line.lane, line.doing)
            free = self._limiter.free_at(windows, now)
            if free is None:
                continue  # an answer is awaited, and wakes us
            if free > now:
                at = store.now + timedelta(seconds=free - now)
                soonest = min(soonest or at, at)
                continue
            call = self._limiter.start(windows, now)
            begun.append(call)
            self._served[line.lane] = next(self._turns)
            found.append((line, call))
        return found, soonest

    async def _merged(
        self, store: Store, line: Delivery, what: wording.Errand, queue: Sequence[Delivery]
    ) -> tuple[wording.Errand, list[Delivery]]:
        """Say what follows in the *queue* in one go with a message, as far as it is alike."""
        others: list[Delivery] = []
        if (
            not isinstance(what, wording.Say)
            or not what.merges
            or not queue
            or queue[0] is not line
        ):
            return what, others
        for each in queue[1:]:
            more = await self._worded(store, each) if each.due_at <= store.now else None
            if not isinstance(more, wording.Say) or more.merges != what.merges:
                break
            both = what + more
            if not self._channel.fits(both.post.text):
                break
            what = both
            others.append(each)
        return what, others

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
        place, calls = Place(errand.line.place), [errand.call]

        async def another() -> None:
            self.answered(calls[-1])
            call = await self.slot(errand.line.lane, LONGEST_WAIT)
            if call is None:
                raise Retry(LONGEST_WAIT)
            calls.append(call)

        unclear = True  # whatever it is that ends it
        try:
            landed = await self._errand(errand.what, place, another)
            unclear = False
            return landed
        except Undelivered as undelivered:
            unclear = isinstance(undelivered, Unclear)
            raise
        finally:
            self.answered(calls[-1], unclear=unclear)

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


def is_stop(held: Held) -> bool:
    """Say whether the whole bot is held: the messenger does not accept it."""
    return held.reason is Reason.STOPPED
