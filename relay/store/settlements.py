"""What tickets cost, and what was agreed about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from relay.store.cases import Cases
from relay.tables import Bill, Charge, Confirmation, Link, Party, Person, Ticket

#: What is read of a line: a month of a large link has many.
CHARGES = (
    select(
        Charge.ticket_id,
        Charge.sort,
        Charge.what,
        Charge.quantity,
        Charge.price,
        Charge.currency,
        Charge.agreed,
        Charge.party_id,
        Person.name,
        Charge.at,
    )
    .outerjoin(Person, Person.id == Charge.person_id)
    .order_by(Charge.id)
)

#: By the tickets' ids, in the order of the columns above.
Charges = Mapping[int, Sequence[Sequence[Any]]]


class Settlements(Cases):
    """Bills with their lines, by tickets and by months."""

    async def bill(self, ticket: Ticket) -> Bill | None:
        """Return the bill of a ticket."""
        return await self._session.get(Bill, ticket.id)

    async def charges(self, tickets: Collection[int]) -> Charges:
        """Return all lines of tickets and their corrections, in order, by the tickets' ids."""
        await self.flush()
        return await self._charges(CHARGES.where(Charge.ticket_id.in_(tickets)))

    async def _charges(self, statement: Any) -> Charges:
        found = defaultdict[int, list[Sequence[Any]]](list)
        for row in await self._session.execute(statement):
            found[row[0]].append(row)
        return found

    async def billed_between(
        self, link: Link, begin: datetime, until: datetime
    ) -> Sequence[Sequence[Any]]:
        """Return the tickets with a bill that were closed last in that time, in order.

        Of each: its id, its number and that of the one above, when it was closed, whether it is
        in dispute, currency, gross, deducted and digest of its lines.
        """
        await self.flush()
        upper = aliased(Ticket)
        found = await self._session.execute(
            select(
                *(Bill.ticket_id, Ticket.number, upper.number, Bill.closed_at, Bill.disputed),
                *(Bill.currency, Bill.gross, Bill.deducted, Bill.digest),
            )
            .join(Ticket, Ticket.id == Bill.ticket_id)
            .join(upper, upper.id == Ticket.upper_id)
            .where(*self._between(link, begin, until))
            .order_by(Bill.closed_at, Bill.ticket_id)
        )
        return [tuple(row) for row in found]

    async def charges_between(self, link: Link, begin: datetime, until: datetime) -> Charges:
        """Return all lines of those tickets and their corrections, as ``charges`` does."""
        await self.flush()
        bills = CHARGES.join(Bill, Bill.ticket_id == Charge.ticket_id)
        return await self._charges(bills.where(*self._between(link, begin, until)))

    def _between(self, link: Link, begin: datetime, until: datetime) -> tuple[Any, ...]:
        closed = Bill.closed_at
        return Bill.link_id == link.id, closed >= begin, closed < until, self.ours(Bill)

    async def confirmations(self, link: Link, month: int) -> Sequence[Confirmation]:
        """Return what the ends of a link have said of a month, in order."""
        found = await self._session.scalars(
            select(Confirmation)
            .where(Confirmation.link_id == link.id, Confirmation.month == month)
            .order_by(Confirmation.id)
            .options(joinedload(Confirmation.person))
        )
        return found.all()

    async def links_ever(self, party: Party) -> Sequence[Link]:
        """Return all links of a party, ended ones among them: to those above, then below."""
        found = await self._session.scalars(
            select(Link)
            .where(Link.bot == self.bot, or_(Link.upper_id == party.id, Link.lower_id == party.id))
            .order_by(Link.rank, Link.id)
            .options(joinedload(Link.upper), joinedload(Link.lower))
        )
        return sorted(found.all(), key=lambda link: link.upper_id == party.id)
