"""Lists: the few of very many tickets that somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from relay.moves import OPEN, Move, State
from relay.store.cases import Cases
from relay.tables import Event, Link, Party, Person, Ticket


class Glance(NamedTuple):
    """How a ticket stands, and no more of it: a party may have very many."""

    ticket: int
    case: int
    upper: int | None
    party: int
    state: State
    since: datetime


class Lists(Cases):
    """Tickets of a party in some order, a page at a time."""

    async def glance(self, party: Party) -> list[Glance]:
        """Return how all tickets stand of the cases in which a party has an open one."""
        own = aliased(Ticket)
        found = await self._session.execute(
            select(
                Ticket.id,
                Ticket.case_id,
                Ticket.upper_id,
                Ticket.party_id,
                Ticket.state,
                Ticket.since,
            )
            .join(own, own.case_id == Ticket.case_id)
            .where(own.party_id == party.id, own.state.in_(OPEN), self.ours(own))
            .distinct()
        )
        return [Glance(*each) for each in found]

    async def some_tickets(self, ticket_ids: Sequence[int]) -> list[Ticket]:
        """Return tickets in the order asked for, with their cases."""
        await self.know_cases(ticket_ids)
        return [ticket for each in ticket_ids if (ticket := await self.ticket(each))]

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

    async def taken_by(self, person: Person, party: Party, most: int) -> list[Ticket]:
        """Return a party's open tickets that somebody took, or moved last, with their cases."""
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
        return await self._of(found.order_by(Ticket.since).limit(most))

    async def _of(self, ids: Select[Any]) -> list[Ticket]:
        """Return tickets in an order, with their cases."""
        return await self.some_tickets((await self._session.scalars(ids)).all())
