"""What views show of many tickets at once, or of one case in full: for those who only look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from relay.moves import OPEN, State
from relay.store.session import Transaction
from relay.tables import Case, Copy, Delivery, Message, Party, Ticket


class Level(NamedTuple):
    """A ticket of a case, as far as it takes to say whose move it is."""

    case_id: int
    id: int
    upper_id: int | None
    state: State
    party_id: int


class Views(Transaction):
    """Rows rather than records where there may be thousands."""

    async def levels_of_open(self, party: Party) -> Sequence[Level]:
        """Return all tickets of every case in which a party has an open one, in their order."""
        cases = select(Ticket.case_id).where(is_open(party), self.ours(Ticket))
        found = await self._session.execute(
            select(Ticket.case_id, Ticket.id, Ticket.upper_id, Ticket.state, Ticket.party_id)
            .where(Ticket.case_id.in_(cases))
            .order_by(Ticket.id)
        )
        return [Level(*row) for row in found]

    async def times_of_open(self, party: Party) -> dict[int, tuple[datetime, datetime | None]]:
        """Return since when each open ticket of a party is as it is, and until when, by its id."""
        found = await self._session.execute(
            select(Ticket.id, Ticket.since, Ticket.due_at).where(is_open(party), self.ours(Ticket))
        )
        return {id_: (since, due) for id_, since, due in found}

    async def copies_for(self, ticket: Ticket, most: int, before: int | None) -> Sequence[Copy]:
        """Return what a party has in its chat about a ticket of its own: the last ones, in order.

        Those *before* a message, if one is named. What the client has of it is not among them.
        """
        query = (
            select(Copy)
            .where(
                Copy.ticket_id == ticket.id,
                Copy.place != ticket.case.client.place,
                self.ours(Copy),
            )
            .order_by(Copy.message_id.desc())
            .limit(most)
            .options(joinedload(Copy.message).joinedload(Message.person))
        )
        if before is not None:
            query = query.where(Copy.message_id < before)
        found = await self._session.scalars(query)
        return found.all()[::-1]

    async def has_of(self, ticket: Ticket, messages: Collection[int]) -> dict[int, bool]:
        """Return which of *messages* a party has in its chat, and whether they were said there."""
        found = await self._session.execute(
            select(Copy.message_id, Copy.origin).where(
                Copy.message_id.in_(messages),
                Copy.ticket_id == ticket.id,
                Copy.place != ticket.case.client.place,
                self.ours(Copy),
            )
        )
        return dict(found.all())

    async def deliveries_about(self, case: Case, most: int) -> Sequence[Delivery]:
        """Return the last things that chats were to be told about a case, the newest first."""
        found = await self._session.scalars(
            select(Delivery)
            .where(Delivery.ticket_id.in_([each.id for each in case.tickets]), self.ours(Delivery))
            .order_by(Delivery.id.desc())
            .limit(most)
        )
        return found.all()


def is_open(party: Party) -> Any:
    """Return what every ticket fulfils that a party still owes."""
    return and_(Ticket.party_id == party.id, Ticket.state.in_(OPEN))
