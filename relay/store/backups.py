"""A bot that was started from a backup, as it is kept: silent, with what may be told by now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, update

from relay.store.deliveries import unfinished
from relay.store.leases import NOBODY, Leases
from relay.store.stuck import is_stuck
from relay.tables import Delivery, Lease, Progress


class Backups(Leases):
    """What a backup says, and what may have happened since."""

    async def fall_silent(self) -> None:
        """Let nothing be sent but to operators; whoever runs the bot runs it no longer."""
        first = {"bot": self.bot, "owner": NOBODY, "epoch": 0, "until": await self.moment()}
        await self.insert_new(Lease, [first | {"stopped": None, "paused_until": None}], ("bot",))
        await self._session.execute(
            update(Lease)
            .where(Lease.bot == self.bot)
            .values(epoch=Lease.epoch + 1, silent_since=self.now)
        )

    async def silent_since(self) -> datetime | None:
        """Return since when nothing is sent but to operators; None: everything is."""
        found: datetime | None = await self._session.scalar(
            select(Lease.silent_since).where(Lease.bot == self.bot)
        )
        return found

    async def speak(self) -> bool:
        """Let everything be sent again; say whether the bot was silent."""
        spoken = (
            update(Lease)
            .where(Lease.bot == self.bot, Lease.silent_since.is_not(None))
            .values(silent_since=None)
        )
        return await self._epoch_of(spoken) is not None

    async def waiting(self) -> Sequence[Delivery]:
        """Return what is yet to be told, in order; what operators are told is not counted."""
        found = await self._session.scalars(
            select(Delivery)
            .where(
                Delivery.bot == self.bot,
                unfinished(Delivery),
                Delivery.cause.not_like("alarm:%"),
                Delivery.cause.not_like("daily:%"),
            )
            .order_by(Delivery.id)
        )
        return found.all()

    async def in_doubt(self) -> Sequence[int]:
        """Return the deliveries that may have arrived or not, in order."""
        found = await self._session.scalars(
            select(Delivery.id).where(self._doubtful()).order_by(Delivery.id)
        )
        return found.all()

    async def doubts(self) -> int:
        """Return how many there are of those."""
        return await self._session.scalar(select(func.count()).where(self._doubtful())) or 0

    def _doubtful(self) -> Any:
        unclear = Delivery.state == Progress.UNCLEAR
        return and_(Delivery.bot == self.bot, is_stuck(Delivery), unclear)
