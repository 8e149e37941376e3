"""What tickets cost, and what was agreed about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from relay.store.cases import Cases
from relay.tables import Bill, Charge, Link, Party, Person, Ticket

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

    async def links_ever(self, party: Party) -> Sequence[Link]:
        """Return all links of a party, ended ones among them: to those above, then below."""
        found = await self._session.scalars(
            select(Link)
            .where(Link.bot == self.bot, or_(Link.upper_id == party.id, Link.lower_id == party.id))
            .order_by(Link.rank, Link.id)
            .options(joinedload(Link.upper), joinedload(Link.lower))
        )
        return sorted(found.all(), key=lambda link: link.upper_id == party.id)
