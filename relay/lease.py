"""The right to run a bot: one process has it at a time, as long as it renews it.

Whoever slept longer than the lease lasts must do nothing when it wakes: what it writes is refused
with the epoch, and what it would send is held back by ``trusted``, asked right before each request.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from relay.store import Database, Store, Trouble

log = logging.getLogger(__name__)

LASTS: Final = timedelta(seconds=50)
RENEWED: Final = 5.0  #: seconds between renewals
TRUST: Final = 40.0  #: seconds since the start of the last good renewal: less than it lasts
REQUEST: Final = 25.0  #: seconds that a request may take


#: By the loop's clock, which may stand still while the machine sleeps, and by the one for people.
Moment = tuple[float, datetime]


def moment(clock: Callable[[], datetime]) -> Moment:
    """Return what all clocks say now."""
    return asyncio.get_running_loop().time(), clock()


class Lost(Exception):
    """Another process runs the bot now."""


class Stopped(Exception):
    """The messenger does not accept the bot any more."""


class Lease:
    """A bot that this process runs."""

    def __init__(
        self,
        database: Database,
        bot: int,
        epoch: int,
        begun: Moment,
        last_run: datetime | None = None,
    ) -> None:
        self.database, self.bot, self.epoch = database, bot, epoch
        self.last_run = last_run  #: when somebody ran the bot before
        self.clock = database.clock
        self._renewed = begun
        self._memory = database.memory()  # nobody else writes what it knows
        #: The way in and the way out lock the same cases: in turn, so that neither waits for ever.
        self._turn = asyncio.Lock()

    @classmethod
    async def take(cls, database: Database, bot: int, owner: str, *, alone: bool) -> Lease | None:
        """Return the right to run a bot; None: another process has it.

        Who is *alone* on its database does not wait until a dead process's lease ends.
        """
        begun = moment(database.clock)
        async with database.transaction(bot) as store:
            last_run = await store.last_run(LASTS)
            epoch = await store.take_lease(owner, LASTS, alone=alone)
        return None if epoch is None else cls(database, bot, epoch, begun, last_run)

    @property
    def trusted(self) -> bool:
        """Whether a request that starts now ends while the bot is still ours."""
        ran, told = moment(self.clock)
        renewed, then = self._renewed
        return max(ran - renewed, (told - then).total_seconds()) <= TRUST - REQUEST

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Store]:
        """All of it happens while the bot is ours, or none of it.

        Raises:
            Lost: it is somebody else's.
        """
        async with self._turn, self.database.transaction(self.bot, self._memory) as store:
            if not await store.holds(self.epoch):
                raise Lost
            yield store

    async def keep(self) -> None:
        """Renew until cancelled.

        Raises:
            Lost: another process has taken the bot.
        """
        while True:
            begun = moment(self.clock)
            try:
                async with self.database.transaction(self.bot) as store:
                    if not await store.renew_lease(self.epoch, LASTS):
                        raise Lost
                self._renewed = begun
            except Trouble as trouble:  # trust ends by itself if this lasts
                log.warning("a lease cannot be renewed: %s", type(trouble).__name__)
            await asyncio.sleep(RENEWED)

    async def give_back(self) -> None:
        """Let another process take the bot at once."""
        async with self.database.transaction(self.bot) as store:
            await store.give_back(self.epoch)

    async def stop(self, why: str) -> None:
        """Note why the messenger does not let the bot speak."""
        async with self.database.transaction(self.bot) as store:
            await store.stop_bot(self.epoch, why)
