"""What many deliveries will ask for one by one, looked up at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select, union

from relay.moves import OPEN
from relay.store.arrivals import Arrivals
from relay.store.cases import Cases
from relay.store.chains import Chains
from relay.store.deliveries import Deliveries
from relay.store.lanes import Lanes
from relay.store.leases import Leases
from relay.store.stuck import Stuck
from relay.tables import (
    Case,
    Client,
    Copy,
    Delivery,
    Lane,
    Line,
    Member,
    Message,
    Part,
    Party,
    Person,
    Question,
    Ticket,
)

#: Made once, as all of this is asked before anything is done.
PLACES: Any = bindparam("places", expanding=True)
PARTIES = select(Party).where(Party.bot == bindparam("bot"), Party.place.in_(PLACES))
CLIENTS = select(Client).where(Client.bot == bindparam("bot"), Client.place.in_(PLACES))
LANES = (
    select(Lane)
    .where(Lane.bot == bindparam("bot"), Lane.chat.in_(PLACES))
    .execution_options(populate_existing=True)
)


class Ahead(Chains, Cases, Lanes, Arrivals, Deliveries, Leases, Stuck):
    """Foresight: it changes nothing but how often the database is asked."""

    async def foresee(self, lines: Sequence[Delivery]) -> None:
        """Know the tickets, messages and chats of deliveries that are about to be made."""
        if not lines:
            return
        await self._session.flush()
        places = {line.place for line in lines}
        await self._know_homes(places)
        await self.know_cases({line.ticket_id for line in lines if line.ticket_id})
        cases = [each for each in self._known.values() if isinstance(each, Case)]
        chats = {ticket.party.place for case in cases for ticket in case.tickets}
        await self.know_lanes(places | chats | {case.client.place for case in cases})
        ids = {line.message_id for line in lines if line.message_id}
        await self.messages(ids)
        above = {
            message.reply_to_id
            for each in ids
            if (message := self._known.get((Message, each))) and message.reply_to_id
        }
        await self.know_copies(ids | above)
        copies = [copy for each in ids | above for copy in self._known[Copy, each]]
        merged = {copy.merged_with_id for copy in copies if copy.merged_with_id}
        await self._know_parts(ids | above | merged)

    async def expect(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Return lines of the inbox as they are now; know the chats and cases they may be about."""
        places = {line.lane for line in lines}
        await self._know_homes(places)
        await self.know_lanes(places)
        clients = [client.id for each in places if (client := self._known[Client, each])]
        if clients:
            found = await self._session.scalars(
                select(Ticket.case_id)
                .join(Case, Ticket.case_id == Case.id)
                .where(Case.client_id.in_(clients), Ticket.state.in_(OPEN))
                .distinct()
            )
            await self.cases(found.all())
            self._know_open(clients)
        await self._know_questions(places)
        await self._know_persons(places)
        known = await self._session.scalars(
            select(Line).where(Line.id.in_([line.id for line in lines])).order_by(Line.id)
        )
        return known.all()

    def _know_open(self, clients: list[int]) -> None:
        self._known |= {(Client, each, Ticket): [] for each in clients}
        cases = [each for each in self._known.values() if isinstance(each, Case)]
        for case in sorted(cases, key=lambda each: -each.id):
            first = next(ticket for ticket in case.tickets if ticket.upper_id is None)
            if (Client, case.client_id, Ticket) in self._known and first.open:
                self._known[Client, case.client_id, Ticket].append(first)

    async def _know_questions(self, places: set[str]) -> None:
        self._known |= {(Question, place): None for place in places}
        found = await self._session.scalars(self.open_questions(places).order_by(Question.id))
        self._known |= {(Question, each.place): each for each in found}

    async def _know_persons(self, places: set[str]) -> None:
        """Know who is likely to speak: members, and those whose chat is called like them."""
        likely = union(
            select(Person.id).where(Person.bot == self.bot, Person.address.in_(places)),
            select(Member.person_id)
            .join(Party, Party.id == Member.party_id)
            .where(Party.bot == self.bot, Party.place.in_(places)),
        )
        found = await self._session.scalars(select(Person).where(Person.id.in_(likely)))
        self._known |= {(Person, each.address): each for each in found}
        parties = [self._known[Party, each].id for each in places if self._known[Party, each]]
        if not parties:
            return
        belong = await self._session.scalars(select(Member).where(Member.party_id.in_(parties)))
        self._known |= {(Member, each.party_id, each.person_id): each for each in belong}

    async def _know_homes(self, places: set[str]) -> None:
        self._known |= {(home, place): None for home in (Party, Client) for place in places}
        asked = {"bot": self.bot, "places": list(places)}
        parties = await self._session.scalars(PARTIES, asked)
        self._known |= {(Party, each.place): each for each in parties}
        clients = await self._session.scalars(CLIENTS, asked)
        self._known |= {(Client, each.place): each for each in clients}

    async def know_copies(self, messages: set[int]) -> None:
        """Know who has each of *messages*, or will."""
        messages = {each for each in messages if (Copy, each) not in self._known}
        if not messages:
            return
        found = await self._session.scalars(select(Copy).where(Copy.message_id.in_(messages)))
        known = defaultdict[int, list[Copy]](list)
        for copy in found:
            known[copy.message_id].append(copy)
        self._known |= {(Copy, each): known[each] for each in messages}

    async def know_lanes(self, chats: set[str]) -> None:
        """Know how chats stand."""
        if not chats:
            return
        found = await self._session.scalars(LANES, {"bot": self.bot, "places": list(chats)})
        known = {each.chat: each for each in found}
        self._known |= {(Lane, chat): known.get(chat) for chat in chats}

    async def know_refs(self, refs: Collection[tuple[str, str]]) -> None:
        """Know what messages are to us, each by its lane and ref."""
        if not refs:
            return
        self._known |= {(Part, *each): None for each in refs}
        lanes, named = {lane for lane, _ in refs}, {ref for _, ref in refs}
        found = await self._session.scalars(  # pairs would be looked for among all there are
            select(Part).where(Part.bot == self.bot, Part.lane.in_(lanes), Part.ref.in_(named))
        )
        self._known |= {(Part, each.lane, each.ref): each for each in found}

    async def _know_parts(self, messages: set[int]) -> None:
        if not messages:
            return
        found = await self._session.scalars(
            select(Part).where(Part.message_id.in_(messages), self.ours(Part)).order_by(Part.number)
        )
        known = defaultdict[int, list[Part]](list)
        for part in found:
            known[part.message_id or 0].append(part)
        self._known |= {(Part, each): known[each] for each in messages}
