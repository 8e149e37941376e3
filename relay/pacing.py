"""How fast a bot speaks: within the messenger's limits, slower where it was asked to, in turns."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from relay.channel import Channel, Place, Retry
from relay.lease import Lease
from relay.limits import Call, Limiter, Window
from relay.outcomes import Outcome
from relay.store import Store
from relay.tables import Delivery, Doing

log = logging.getLogger(__name__)

POLL: Final = 0.05  #: seconds between looks at the limits by who waits for a slot
REMEMBERED: Final = timedelta(seconds=90)  #: how far back calls still count after a restart
MORE: Final = 1.05  #: a pause that the messenger asks for is kept a little longer
TIGHT: Final = timedelta(minutes=10)  #: for so long we are slower than allowed after that
UNKNOWN: Final = 1.0  #: seconds after a start for which the last process may have spoken
STORM: Final = (3, timedelta(seconds=10))  #: chats that ask for a pause within so long: all pause


Windows = Sequence[tuple[tuple[str, ...], Window]]


class Pace:
    """The limits on what one bot says, and whose turn it is."""

    def __init__(self, lease: Lease, channel: Channel) -> None:
        self._lease, self._channel = lease, channel
        self._limiter = Limiter()
        self._paused: dict[str, float] = {}  #: lanes, till when
        self._silent = 0.0  #: till when the whole bot is
        self._unknown = 0.0  #: till when a chat may have been spoken to without our knowing
        self._tight: dict[str, datetime] = {}  #: lanes that we are slower in, till when
        self._asked: deque[tuple[datetime, str]] = deque()  #: pauses that were asked for lately
        self._served: dict[str, int] = {}  #: when each lane had its last turn
        self._turns = count(1)

    async def resume(self, store: Store) -> None:
        """Remember what the last process called lately, and which pauses it was asked for.

        It counts as if it had ended just now: who knows whether the clock was set meanwhile. What
        it said out of courtesy is not written down.
        """
        now = asyncio.get_running_loop().time()
        self._unknown = now + UNKNOWN
        tries = await store.recent_attempts(REMEMBERED)
        last = max((answered or begun for _, _, begun, answered in tries), default=store.now)
        for lane, doing, begun, answered in tries:
            started = now - (last - begun).total_seconds()
            call = self._limiter.start(self._windows(lane, doing), started)
            ended = now - (last - (answered or begun)).total_seconds()
            self._limiter.finish(call, ended, unclear=answered is None)
        self._tight = await store.tightened()
        for lane, until in (await store.paused()).items():
            self._paused[lane] = now + (until - store.now).total_seconds()
        lease = await store.lease()
        if lease and lease.paused_until:
            self._silent = now + (lease.paused_until - store.now).total_seconds()

    async def slow_down(self, store: Store, outcomes: Sequence[Outcome]) -> None:
        """Be slower where the messenger asked for a pause; where several chats do, everywhere."""
        number, within = STORM
        for each in outcomes:
            if not isinstance(each.error, Retry) or not each.error.asked:
                continue
            lane, pause = each.errand.lane, each.error.after * MORE
            log.warning("a pause of %s was asked for", each.error.after)
            self._tight[lane] = store.now + TIGHT
            ends = asyncio.get_running_loop().time() + pause.total_seconds()
            self._paused[lane] = max(ends, self._paused.get(lane, 0.0))
            await store.tighten(lane, store.now + pause, store.now + TIGHT)
            self._asked.append((store.now, lane))
            while self._asked[0][0] < store.now - within:
                self._asked.popleft()
            if len({lane for _at, lane in self._asked}) >= number:
                self._silent = max(ends, self._silent)
                await store.pause_bot(store.now + pause)

    def _windows(self, lane: str, doing: str) -> Windows:
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
            free = self._free_at(lane, windows, now)
            if free is not None and free <= now:
                return self._limiter.start(windows, now)
            if now >= last or (free is not None and free > last):
                return None
            await asyncio.sleep(POLL if free is None else min(POLL, free - now))

    def answered(self, call: Call, *, unclear: bool = False) -> None:
        """Note that a call that had a slot is over."""
        self._limiter.finish(call, asyncio.get_running_loop().time(), unclear=unclear)

    def free(
        self, heads: Sequence[tuple[Delivery, int]], most: int
    ) -> tuple[list[tuple[Delivery, Call]], timedelta | None]:
        """Take slots for deliveries; return them, and after how long the next one is free.

        Slots go round the lanes: the most urgent first, then whose last turn is the longest ago.
        """
        now = asyncio.get_running_loop().time()
        found: list[tuple[Delivery, Call]] = []
        soonest: float | None = None
        for line, _urgency in sorted(heads, key=self._turn):
            if len(found) >= most:
                break
            windows = self._windows(line.lane, line.doing)
            free = self._free_at(line.lane, windows, now)
            if free is None:
                continue  # an answer is awaited, and wakes us
            if free > now:
                soonest = free if soonest is None else min(soonest, free)
                continue
            self._served[line.lane] = next(self._turns)
            found.append((line, self._limiter.start(windows, now)))
        return found, None if soonest is None else timedelta(seconds=soonest - now)

    def _free_at(self, lane: str, windows: Windows, now: float) -> float | None:
        """Return when a call could start; a pause is over by the clock that only goes forward."""
        free = self._limiter.free_at(windows, now)
        if self._paused.get(lane, now) < now:
            del self._paused[lane]
        if free is None:
            return None
        unknown = self._unknown if windows else now
        return max(free, self._paused.get(lane, now), self._silent, unknown)

    def give_back(self, call: Call) -> None:
        """Let somebody else have a slot that is not used."""
        self._limiter.cancel(call)

    def _turn(self, head: tuple[Delivery, int]) -> tuple[int, int]:
        line, urgency = head
        return urgency, self._served.get(line.lane, 0)
