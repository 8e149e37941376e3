"""Deadlines: which tickets something is to happen to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from relay.store.session import Transaction
from relay.tables import Ticket

MOST: Final = 100  #: tickets that are looked at in one go


class Deadlines(Transaction):
    """What time does."""

    async def alerts(self) -> Sequence[int]:
        """Return the tickets to which something is to happen by now, in that order."""
        found = await self._session.scalars(
            select(Ticket.id)
            .where(Ticket.bot == self.bot, Ticket.alert_at <= self.now)
            .order_by(Ticket.alert_at, Ticket.id)
            .limit(MOST)
        )
        return found.all()
