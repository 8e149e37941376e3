"""The bookkeeper: it keeps what is made of the log and of what was said in step with them.

Nobody who does or says something waits for it: the case is marked as stale in the same commit, and
a moment later its figures are made anew. They could be thrown away and made again.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Final

from relay import findable
from relay.lease import Lease, Lost
from relay.store import Store, Trouble
from relay.tables import Case
from relay.tallies import tallies

log = logging.getLogger(__name__)

GATHERS: Final = 1.0  #: seconds in which more may happen in the same case
LOOKS: Final = 30.0  #: seconds between looks at what others may have done
AT_ONCE: Final = 20  #: cases in one transaction: others wait for it no longer than for a message
MESSAGES: Final = 100  #: that are read in one transaction for each reader, for the same reason


class Bookkeeper:
    """Keeps the figures of one bot."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._wake = asyncio.Event()

    def nudge(self) -> None:
        """Say that something may have happened."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._wake.clear()
            try:
                more = await self.look()
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)
                more = False
            if not more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOKS)
                await asyncio.sleep(GATHERS)

    async def look(self) -> bool:
        """Make the figures anew of some cases that need it; say whether there may be more."""
        try:
            async with self._lease.transaction() as store:
                return await catch_up(store)
        except (Lost, *Trouble):
            raise
        except Exception:  # one case that cannot be helped must not keep the others from it
            log.exception("figures could not be made")
            return await self._one_by_one()

    async def _one_by_one(self) -> bool:
        """See to cases one after the other; what cannot be helped keeps the figures it had."""
        async with self._lease.transaction() as store:
            stale = await store.stale_cases(AT_ONCE)
        for case_id in stale:
            try:
                async with self._lease.transaction() as store:
                    await make(store, await store.case(case_id))
            except (Lost, *Trouble):
                raise
            except Exception:
                log.exception("the figures of case %d stay as they were", case_id)
                async with self._lease.transaction() as store:
                    await store.freshens(await store.case(case_id))
        return bool(stale)


async def catch_up(store: Store) -> bool:
    """Make the figures anew of some cases that need it; say whether there may be more."""
    stale = await store.stale_cases(AT_ONCE)
    await store.cases(stale)
    read = 0
    for case_id in stale:
        more, complete = await make(store, await store.case(case_id))
        read += more
        if read >= MESSAGES or not complete:
            return True
    return len(stale) == AT_ONCE


async def make(store: Store, case: Case) -> tuple[int, bool]:
    """Make the figures of a case anew, and what it is found by.

    Return how many messages were read for that, and whether it is done.
    """
    await store.keeps_tallies(case, tallies(case, await store.events(case)))
    read, complete = await findable.keep(store, case, MESSAGES)
    if complete:
        await store.freshens(case)
    return read, complete
