"""The timekeeper: it sees to it that what time does is done, once, also after we were away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from relay import clocks, intake, outbox
from relay.chain import OFF
from relay.deadlines import works
from relay.hours import since_midnight
from relay.lease import Lease
from relay.outbox import Notice
from relay.store import Store, Trouble
from relay.tables import Party, Standing

log = logging.getLogger(__name__)

LOOKS: Final = 5.0  #: seconds between looks
LATEST: Final = timedelta(hours=2)  #: a digest that is later than that is none


class Timekeeper:
    """Keeps the time of one bot."""

    def __init__(self, lease: Lease, nudge: Callable[[], None]) -> None:
        self._lease, self._nudge = lease, nudge
        self._read: dict[int, date] = {}  #: the day whose digest a party has, as far as we know

    async def run(self) -> None:
        """Look until cancelled; not before what people did while we were away could come in."""
        while True:
            await asyncio.sleep(LOOKS)
            try:
                await self.look()
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)

    async def look(self) -> None:
        """Do what has come due, each thing in a transaction of its own, in order.

        After a start from a backup nothing is done until an operator agrees.
        """
        async with self._lease.transaction() as store:
            if await store.silent_since():
                return
            left = [partial(intake.run_out, intake_id=each) for each in await store.intakes_due()]
            struck = [partial(clocks.strike, ticket_id=each) for each in await store.alerts()]
            digests = await self._digests(store)
        self._read |= digests
        for happens in [*left, *struck]:
            try:
                async with self._lease.transaction() as store:
                    await happens(store)
            except Trouble:
                raise
            except Exception:  # the others are not to wait for one that cannot be helped
                log.exception("time could not do its work: %s", happens)
        self._nudge()

    async def _digests(self, store: Store) -> dict[int, date]:
        """Owe each party its digest, on working days when its time has come; return which."""
        come = {}
        for party in await store.parties():
            today = reads(party, store.now)
            if today is None or self._read.get(party.id) == today:
                continue
            come[party.id] = today
            if await store.open_in_brief(party):
                why = f"{party.id}:{today}"
                outbox.notice(store, Notice.DIGEST, why, party.place, None, party=party.id)
        return come


def reads(party: Party, now: datetime) -> date | None:
    """Return the day of the digest that a party is to have now; None: it is not the time."""
    if party.digest == OFF or party.standing is not Standing.ACTIVE:
        return None
    here = now.astimezone(ZoneInfo(party.timezone))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    late = here - midnight - since_midnight(party.digest)
    if not timedelta() <= late < LATEST or not works(party).works(here.date()):
        return None
    return here.date()
