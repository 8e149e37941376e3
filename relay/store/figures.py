"""Figures: what the log comes to, for whoever only wants sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from relay.store.cases import Cases
from relay.tables import Case, Tally


class Figures(Cases):
    """What is made of the log, and which cases wait for that."""

    async def stale_cases(self, most: int) -> Sequence[int]:
        """Return cases in which something happened since their figures were made."""
        found = await self._session.scalars(
            select(Case.id).where(Case.bot == self.bot, Case.stale).order_by(Case.id).limit(most)
        )
        return found.all()

    async def keeps_tallies(self, case: Case, rows: Sequence[dict[str, Any]]) -> None:
        """Write down what the log says of each ticket of a case, instead of what it said before."""
        await self.flush()
        await self._session.execute(delete(Tally).where(Tally.case_id == case.id))
        if rows:
            await self._session.execute(insert(Tally), rows)

    async def freshens(self, case: Case) -> None:
        """Note that the figures of a case are what its log says."""
        self._touched.discard(case.id)
        self._known.pop((Case, case.id, "stale"), None)
        await self._session.execute(
            update(Case)
            .where(Case.id == case.id)
            .values(stale=False)
            .execution_options(synchronize_session=False)
        )

    async def tallies(self, case: Case) -> Sequence[Tally]:
        """Return what was last written down of each ticket of a case, in their order."""
        found = await self._session.scalars(
            select(Tally).where(Tally.case_id == case.id).order_by(Tally.ticket_id)
        )
        return found.all()

    async def all_stale(self) -> None:
        """Let all figures be made anew."""
        await self._session.execute(update(Case).where(Case.bot == self.bot).values(stale=True))
