"""The bookkeeper: it keeps what is made of the log and of what was said in step with them.

Nobody who does or says something waits for it: the case is marked as stale in the same commit, and
a moment later its figures are made anew. They could be thrown away and made again.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from relay import findable
from relay.lease import Lease
from relay.store import Store, Trouble
from relay.tables import Case
from relay.tallies import tallies

log = logging.getLogger(__name__)

LOOKS: Final = 1.0  #: seconds between looks
AT_ONCE: Final = 20  #: cases in one transaction: others wait for it no longer than for a message


class Bookkeeper:
    """Keeps the figures of one bot."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                async with self._lease.transaction() as store:
                    more = await catch_up(store)
            except Trouble as trouble:
                log.warning("the database could not: %s", type(trouble).__name__)
                more = False
            await asyncio.sleep(0 if more else LOOKS)


async def catch_up(store: Store) -> bool:
    """Make the figures anew of some cases that need it; say whether there may be more."""
    stale = await store.stale_cases(AT_ONCE)
    await store.cases(stale)
    for case_id in stale:
        await make(store, await store.case(case_id))
    return len(stale) == AT_ONCE


async def make(store: Store, case: Case) -> None:
    """Make the figures of a case anew, and what it is found by."""
    await store.keeps_tallies(case, tallies(case, await store.events(case)))
    await findable.keep(store, case)
    await store.freshens(case)
