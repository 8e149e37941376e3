"""The watch: it looks for what needs a person, and sees to it that the operators hear of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from relay import alarms, intake, outbox
from relay.alarms import Alarm
from relay.health import LATE, entries
from relay.lease import Lease
from relay.outbox import Notice
from relay.room import Room
from relay.store import Store, Trouble, Waiting
from relay.tables import Handling, Progress

log = logging.getLogger(__name__)

LOOKS: Final = 15.0  #: seconds between looks
NAMED: Final = 10  #: chats that are late and named; more are counted
HOURLY: Final = "%Y%m%d%H"  #: the form of the time that names an hour
AT_ONCE: Final = "%Y%m%d%H%M%S"  #: and a second
DAY: Final = timedelta(days=1)
MORNING: Final = 8  #: the hour at which the day is told, by the first party's clock
PRESSES: Final = timedelta(seconds=150)  #: after that the messenger forgets presses
MESSAGES: Final = timedelta(hours=24)  #: and after that, messages
PENDING: Final = 50_000  #: updates that may wait at the messenger: it keeps twice as many

ENDED: Final = (Progress.SENT, Progress.FAILED, Progress.SUPERSEDED, Progress.CANCELLED)


class Watch:
    """Looks after one bot, on behalf of its operators: they are named by their private chats."""

    def __init__(
        self,
        lease: Lease,
        operators: Collection[str],
        nudge: Callable[[], None],
        room: Callable[[], Room] = lambda: Room.ENOUGH,
    ) -> None:
        self._lease, self._operators, self._nudge = lease, operators, nudge
        self._room, self._told_room = room, Room.ENOUGH

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)
            await asyncio.sleep(LOOKS)

    async def look(self) -> None:
        """Open what clients have left unanswered, and raise the alarms that are due."""
        async with self._lease.transaction() as store:
            await intake.due(store)
        self._nudge()
        if not self._operators:
            return
        if (room := self._room()) is not self._told_room:
            await self._tell(Alarm.DISK, AT_ONCE, room=room)
            self._told_room = room
        async with self._lease.transaction() as store:
            if since := await store.silent_since():
                self._tell_silence(store, since)
            else:
                await self._tell_stuck(store)
            await self._tell_day(store)
        self._nudge()

    async def woke(self, heard: datetime | None) -> None:
        """Tell what may be lost, if we last *listened* so long ago that the messenger forgets."""
        if heard is None or not self._operators:
            return
        async with self._lease.transaction() as store:
            if store.now - heard <= PRESSES:
                return
            start, end = int(heard.timestamp()), int(store.now.timestamp())
            lost = store.now - heard > MESSAGES
            for place in self._operators:
                cause = f"alarm:away:{start}:{place}"
                facts = {"start": start, "end": end, "messages": lost}
                alarms.raised(store, Alarm.AWAY, cause, place, **facts)

    async def pending(self, count: int) -> None:
        """Hear how many updates wait at the messenger."""
        if count > PENDING:
            await self._tell(Alarm.PENDING, HOURLY, n=count)

    async def rival(self) -> None:
        """Hear that somebody else fetches the updates of this bot."""
        await self._tell(Alarm.RIVAL, HOURLY)

    async def _tell(self, of: Alarm, once: str, **facts: Any) -> None:
        """Raise an alarm, *once* in what that form of the time names."""
        if not self._operators:
            return
        async with self._lease.transaction() as store:
            when = store.now.strftime(once)
            for place in self._operators:
                alarms.raised(store, of, f"alarm:{of}:{when}:{place}", place, **facts)
        self._nudge()

    def _tell_silence(self, store: Store, since: datetime) -> None:
        """Tell that nothing is sent: the rest follows from that, and is told when it is over."""
        for place in self._operators:
            cause = f"alarm:silent:{int(since.timestamp())}:{place}"
            alarms.raised(store, Alarm.SILENT, cause, place)

    async def _tell_stuck(self, store: Store) -> None:
        late = await store.late_out(store.now - LATE)
        late = [each for each in late if each.chat not in self._operators]
        for place in self._operators:
            await raise_stuck(store, place)
            raise_late(store, place, late)

    async def _tell_day(self, store: Store) -> None:
        """Tell the numbers of the last day, each morning once."""
        parties = await store.parties()
        here = store.now.astimezone(ZoneInfo(parties[0].timezone if parties else "UTC"))
        if here.hour < MORNING:
            return
        causes = {f"daily:{here.date()}:{place}": place for place in self._operators}
        untold = await store.untold(causes)
        if not untold:
            return
        came, told = await store.balance(store.now - DAY)
        ended: dict[str, int] = {state: told.get(state, 0) for state in ENDED}
        facts = {
            "until": int(store.now.timestamp()),
            "came": {state: came.get(state, 0) for state in Handling},
            "told": {**ended, "open": sum(told.values()) - sum(ended.values())},
            "stuck": len(await entries(store)),
        }
        for cause in untold:
            outbox.alarm(store, Notice.DAILY, cause, causes[cause], facts)


async def raise_stuck(store: Store, place: str) -> None:
    """Tell an operator what is stuck since the last look."""
    for delivery, cause in await store.untold_deliveries(place):
        alarms.raised(store, Alarm.DELIVERY, cause, place, id=delivery.id)
    for line, cause in await store.untold_lines(place):
        alarms.raised(store, Alarm.UPDATE, cause, place, id=line.id)


def raise_late(store: Store, place: str, late: Sequence[Waiting]) -> None:
    """Tell an operator which chats hear late: each once an hour."""
    if len(late) > NAMED:
        cause = f"alarm:late:many:{hour(store)}:{place}"
        alarms.raised(store, Alarm.MANY_LATE, cause, place, n=len(late))
        return
    for each in late:
        cause = f"alarm:late:{each.chat}:{hour(store)}:{place}"
        since = int(each.since.timestamp())
        alarms.raised(store, Alarm.LATE, cause, place, chat=each.chat, since=since)


def hour(store: Store) -> str:
    """Return the hour it is, for what is said once an hour."""
    return store.now.strftime(HOURLY)
