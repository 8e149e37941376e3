"""What many deliveries will ask for one by one, looked up at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from relay.moves import OPEN
from relay.store.cases import Cases
from relay.store.chains import Chains
from relay.store.lanes import Lanes
from relay.tables import Case, Client, Copy, Delivery, Lane, Line, Message, Part, Party, Ticket


class Ahead(Chains, Cases, Lanes):
    """Foresight: it changes nothing but how often the database is asked."""

    async def foresee(self, lines: Sequence[Delivery]) -> None:
        """Know the tickets, messages and chats of deliveries that are about to be made."""
        await self._session.flush()
        places = {line.place for line in lines}
        await self._know_homes(places)
        await self._know_cases({line.ticket_id for line in lines if line.ticket_id})
        ids = {line.message_id for line in lines if line.message_id}
        await self.messages(ids)
        above = {
            message.reply_to_id
            for each in ids
            if (message := self._known.get((Message, each))) and message.reply_to_id
        }
        await self._know_parts(ids | above)
        await self.know_copies(ids)

    async def expect(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Return lines of the inbox as they are now; know the chats and cases they may be about."""
        places = {line.lane for line in lines}
        await self._know_homes(places)
        await self.know_lanes(places)
        clients = [client.id for each in places if (client := self._known[Client, each])]
        found = await self._session.scalars(
            select(Ticket.case_id)
            .join(Case, Ticket.case_id == Case.id)
            .where(Case.client_id.in_(clients), Ticket.state.in_(OPEN))
            .distinct()
        )
        await self.cases(found.all())
        known = await self._session.scalars(
            select(Line).where(Line.id.in_([line.id for line in lines])).order_by(Line.id)
        )
        return known.all()

    async def _know_homes(self, places: set[str]) -> None:
        self._known |= {(home, place): None for home in (Party, Client) for place in places}
        parties = await self._session.scalars(
            select(Party).where(Party.bot == self.bot, Party.place.in_(places))
        )
        self._known |= {(Party, each.place): each for each in parties}
        clients = await self._session.scalars(
            select(Client).where(Client.bot == self.bot, Client.place.in_(places))
        )
        self._known |= {(Client, each.place): each for each in clients}

    async def _know_cases(self, tickets: set[int]) -> None:
        unknown = {each for each in tickets if (Ticket, each) not in self._known}
        found = await self._session.scalars(
            select(Ticket.case_id).where(Ticket.id.in_(unknown), Ticket.bot == self.bot).distinct()
        )
        if ids := found.all():
            await self.cases(ids)

    async def know_copies(self, messages: set[int]) -> None:
        """Know who has each of *messages*, or will."""
        found = await self._session.scalars(select(Copy).where(Copy.message_id.in_(messages)))
        known = defaultdict[int, list[Copy]](list)
        for copy in found:
            known[copy.message_id].append(copy)
        self._known |= {(Copy, each): known[each] for each in messages}

    async def know_lanes(self, chats: set[str]) -> None:
        """Know how chats stand."""
        found = await self._session.scalars(
            select(Lane).where(Lane.bot == self.bot, Lane.chat.in_(chats)),
            execution_options={"populate_existing": True},
        )
        known = {each.chat: each for each in found}
        self._known |= {(Lane, chat): known.get(chat) for chat in chats}

    async def _know_parts(self, messages: set[int]) -> None:
        found = await self._session.scalars(
            select(Part)
            .where(Part.message_id.in_(messages), Part.bot == self.bot)
            .order_by(Part.number)
        )
        known = defaultdict[int, list[Part]](list)
        for part in found:
            known[part.message_id or 0].append(part)
        self._known |= {(Part, each): known[each] for each in messages}
