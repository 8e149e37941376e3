"""The way in, as it is kept: which updates came, and which of them are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from relay.store.session import Transaction
from relay.tables import Cursor, Handling, Line


class Arrivals(Transaction):
    """Updates, in the order of each chat."""

    async def cursor(self) -> Cursor | None:
        """Return where polling stands."""
        return await self._session.get(Cursor, self.bot)

    async def receive(self, lines: Sequence[dict[str, Any]]) -> None:
        """Write updates down; those that are there already change nothing."""
        if lines:
            fresh = {"bot": self.bot, "arrived_at": self.now, "due_at": self.now}
            fresh |= {"state": Handling.NEW, "tries": 0, "reason": None}
            key = ("bot", "numbering", "update_id")
            await self.insert_new(Line, [fresh | line for line in lines], key)

    async def lines_due(self, most: int) -> Sequence[Line]:
        """Return the oldest lines that may be handled: a lane waits for its first one."""
        ahead = aliased(Line)
        found = await self._session.scalars(
            select(Line)
            .where(Line.bot == self.bot, Line.state == Handling.NEW, Line.due_at <= self.now)
            .where(
                ~exists().where(
                    ahead.bot == self.bot,
                    ahead.state == Handling.NEW,
                    ahead.lane == Line.lane,
                    ahead.id < Line.id,
                    ahead.due_at > self.now,
                )
            )
            .order_by(Line.id)
            .limit(most)
        )
        return found.all()

    async def line(self, line_id: int) -> Line | None:
        """Return one line of the inbox."""
        return await self._session.get(Line, line_id)

    async def next_line_due(self) -> datetime | None:
        """Return when the next line that was put off is due."""
        found: datetime | None = await self._session.scalar(
            select(func.min(Line.due_at)).where(
                Line.bot == self.bot, Line.state == Handling.NEW, Line.due_at > self.now
            )
        )
        return found
