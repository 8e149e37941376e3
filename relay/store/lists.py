"""Lists: the few of very many tickets that somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from relay.moves import OPEN, Move
from relay.store.cases import Brief, Cases
from relay.tables import Event, Link, Party, Person, Ticket


class Lists(Cases):
    """Tickets of a party in some order, a page at a time."""

    async def overdue(self, party: Party, most: int, skip: int) -> tuple[int, list[Ticket]]:
        """Return how many tickets are past their deadline, and some of them with their cases.

        Those of the party and of its lowers count, the longest overdue first.
        """
        late = and_(Ticket.due_at <= self.now, Ticket.due_at.is_not(None), self.ours(Ticket))
        own = select(Ticket.id, Ticket.due_at).where(Ticket.party_id == party.id, late)
        below = select(Ticket.id, Ticket.due_at).join(Link, Ticket.link_id == Link.id)
        found = union_all(own, below.where(Link.upper_id == party.id, late)).subquery()
        total = await self._session.scalar(select(func.count()).select_from(found)) or 0
        shown = select(found.c.id).order_by(found.c.due_at, found.c.id)
        return total, await self._of(shown.limit(most).offset(skip))

    async def taken_by(self, person: Person, party: Party, most: int) -> Sequence[Brief]:
        """Return a party's open tickets that somebody took, or moved last, without their cases."""
        later = aliased(Event)
        last = ~exists().where(later.ticket_id == Event.ticket_id, later.id > Event.id)
        theirs = exists().where(
            Event.ticket_id == Ticket.id,
            Event.person_id == person.id,
            Event.party_id == party.id,
            or_(Event.what == Move.TAKE, last),
        )
        found = select(Ticket.id).where(
            Ticket.party_id == party.id, Ticket.state.in_(OPEN), self.ours(Ticket), theirs
        )
        ids = (await self._session.scalars(found.order_by(Ticket.since).limit(most))).all()
        return await self.open_in_brief(party, ids) if ids else []

    async def _of(self, ids: Select[Any]) -> list[Ticket]:
        """Return tickets in an order, with their cases."""
        found: Sequence[int] = (await self._session.scalars(ids)).all()
        await self.know_cases(found)
        return [ticket for each in found if (ticket := await self.ticket(each))]
