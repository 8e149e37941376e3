"""The reporter: it makes the reports that parties subscribed to, once each, also after an outage.

What is read for one takes as long as it takes, and nobody waits for it: it is read beside those who
write, and only what came of it is written down, as a delivery.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from relay import outbox
from relay.due_reports import facts
from relay.lease import Lease
from relay.outbox import Notice
from relay.periods import Period
from relay.store import Trouble
from relay.tables import Standing

log = logging.getLogger(__name__)

LOOKS: Final = 10.0  #: seconds between looks
BEHIND: Final = 100  #: cases whose figures are to be made anew: reports wait for that
PATIENCE: Final = 360  #: looks in a row, then they wait no longer
FEW: Final = 3  #: looks in a row for fewer cases: what was done just before is to be told as well
AGAIN: Final = timedelta(hours=1)  #: till what could not be made is tried once more


class Reporter:
    """Makes the reports of one bot."""

    def __init__(self, lease: Lease, nudge: Callable[[], None]) -> None:
        self._lease, self._nudge = lease, nudge
        self._waited = 0  #: looks in a row, for figures that are behind

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOKS)
            try:
                await self.look()
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)

    async def look(self) -> None:
        """Make what is due, one after the other.

        After a start from a backup nothing is made until an operator agrees.

        Raises:
            Trouble: the database could not, of one at least; it stays due.
        """
        async with self._lease.database.look(self._lease.bot) as store:
            due = [] if await store.silent_since() else await store.subscriptions_due()
            stale = len(await store.stale_cases(BEHIND)) if due else 0
        if stale and self._waited < (PATIENCE if stale == BEHIND else FEW):
            self._waited += 1
            return
        self._waited, failed = 0, None
        for each in due:  # the others are not to wait for one that cannot be helped
            try:
                await self._make(each)
            except Trouble as trouble:
                failed = trouble
            except Exception:
                log.exception("the report of subscription %d could not be made", each)
                await self._put_off(each)
        if due:
            self._nudge()
        if failed:
            raise failed

    async def _make(self, subscription_id: int) -> None:
        """Owe a party the last report that is due: of several that were missed no other one."""
        async with self._lease.database.look(self._lease.bot) as store:
            due = await store.subscription(subscription_id)
            if due is None or due.next_at > store.now:
                return
            zone = due.party.timezone
            day = due.rhythm.last(store.now, zone)
            wanted = due.party.standing is Standing.ACTIVE
            period = Period(*due.rhythm.over(day))
            told = await facts(store, due.party, period) if wanted else None
        async with self._lease.transaction() as store:
            found = await store.subscription(subscription_id)
            if found is None or found.next_at != due.next_at:
                return  # it was stopped meanwhile
            found.next_at = found.rhythm.next(store.now, zone)
            if told is not None:
                outbox.notice(
                    store,
                    Notice.REPORT,
                    f"{found.id}:{day}",
                    found.party.place,
                    None,
                    subscription=found.id,
                    **told,
                )

    async def _put_off(self, subscription_id: int) -> None:
        async with self._lease.transaction() as store:
            found = await store.subscription(subscription_id)
            if found is not None:
                found.next_at = store.now + AGAIN
