"""What many deliveries will ask for one by one, looked up at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from relay.moves import OPEN
from relay.store.arrivals import Arrival, Arrivals
from relay.store.backups import Backups
from relay.store.cases import Cases
from relay.store.chains import Chains
from relay.store.deadlines import Deadlines
from relay.store.intakes import Intakes
from relay.store.invitations import Invitations
from relay.store.stuck import Stuck
from relay.tables import (
    Case,
    Client,
    Copy,
    Delivery,
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
IDS: Any = bindparam("ids", expanding=True)
PARTIES = select(Party).where(Party.bot == bindparam("bot"), Party.place.in_(PLACES))
CLIENTS = select(Client).where(Client.bot == bindparam("bot"), Client.place.in_(PLACES))
PERSONS = select(Person).where(Person.bot == bindparam("bot"), Person.address.in_(PLACES))
BELONG = (
    select(Member, Person)
    .join(Person, Person.id == Member.person_id)
    .where(Member.party_id.in_(IDS))
)
OPEN_CASES = (
    select(Ticket.case_id, Case.client_id)
    .join(Case, Ticket.case_id == Case.id)
    .where(Case.client_id.in_(IDS), Ticket.state.in_(OPEN))
    .distinct()
)


class Ahead(Chains, Cases, Deadlines, Intakes, Invitations, Arrivals, Backups, Stuck):
    """Foresight: it changes nothing but how often the database is asked."""

    async def foresee(self, lines: Sequence[Delivery]) -> None:
        """Know the tickets, messages and chats of deliveries that are about to be made."""
        await self._know_homes({line.place for line in lines})
        await self.know_cases({line.ticket_id for line in lines if line.ticket_id})
        ids = {line.message_id for line in lines if line.message_id}
        await self.messages(ids)
        above = {
            message.reply_to_id
            for each in ids
            if (message := self._known.get((Message, each))) and message.reply_to_id
        }
        await self.know_copies(ids | above)
        copies = [copy for each in ids | above for copy in self._known[Copy, each]]
        await self.know_parts(
            ids | above | {copy.merged_with_id for copy in copies if copy.merged_with_id}
        )

    async def expect(self, lines: Sequence[Arrival]) -> None:
        """Know the chats, people and cases that updates may be about."""
        places = {line.lane for line in lines}
        await self._know_homes(places)
        await self._know_open(places)
        await self._know_questions(places)
        await self._know_persons(places)

    async def _know_open(self, places: set[str]) -> None:
        """Know the open cases of clients."""
        clients = [client.id for each in places if (client := self._known.get((Client, each)))]
        unknown = [each for each in clients if (Client, each, Ticket) not in self._known]
        if not unknown:
            return
        found = (await self._session.execute(OPEN_CASES, {"ids": unknown})).all()
        await self.cases([case for case, _ in found])
        self._known |= {(Client, each, Ticket): [] for each in unknown}
        for case, client in sorted(found, reverse=True):
            tickets = self._known[Case, case].tickets
            first = next(ticket for ticket in tickets if ticket.upper_id is None)
            if first.open:
                self._known[Client, client, Ticket].append(first)

    async def _know_questions(self, places: set[str]) -> None:
        unknown = {each for each in places if (Question, each) not in self._known}
        if not unknown:
            return
        found = await self._session.scalars(self.open_questions(unknown).order_by(Question.id))
        self._known |= {(Question, place): None for place in unknown}
        self._known |= {(Question, each.place): each for each in found}

    async def _know_persons(self, places: set[str]) -> None:
        """Know who is likely to speak: members, and those whose chat is called like them."""
        parties = {self._known[Party, each] for each in places} - {None}
        unknown = [each.id for each in parties if (Member, each.id) not in self._known]
        if unknown:
            belong = await self._session.execute(BELONG, {"ids": unknown})
            self._known |= {(Member, each): True for each in unknown}
            for member, person in belong:
                self._known[Member, member.party_id, person.id] = member
                self._known[Person, person.address] = person
        clients = {each for each in places if self._known.get((Client, each))}
        strangers = [each for each in clients if (Person, each) not in self._known]
        if strangers:
            found = await self._session.scalars(PERSONS, {"bot": self.bot, "places": strangers})
            self._known |= {(Person, each): None for each in strangers}
            self._known |= {(Person, each.address): each for each in found}

    async def _know_homes(self, places: set[str]) -> None:
        unknown = [each for each in places if (Party, each) not in self._known]
        if unknown:
            parties = await self._session.scalars(PARTIES, {"bot": self.bot, "places": unknown})
            self._known |= {(Party, place): None for place in unknown}
            self._known |= {(Party, each.place): each for each in parties}
        strangers = [each for each in places if self._known[Party, each] is None]
        unknown = [each for each in strangers if self._known.get((Client, each)) is None]
        if unknown:
            clients = await self._session.scalars(CLIENTS, {"bot": self.bot, "places": unknown})
            self._known |= {(Client, place): None for place in unknown}
            self._known |= {(Client, each.place): each for each in clients}

    async def know_refs(self, refs: Collection[tuple[str, str]]) -> None:
        """Know what messages are to us, each by its lane and ref."""
        unknown = {each for each in refs if (Part, *each) not in self._known}
        if not unknown:
            return
        self._known |= {(Part, *each): None for each in unknown}
        lanes, named = {lane for lane, _ in unknown}, {ref for _, ref in unknown}
        found = await self._session.scalars(  # pairs would be looked for among all there are
            select(Part).where(Part.bot == self.bot, Part.lane.in_(lanes), Part.ref.in_(named))
        )
        self._known |= {(Part, each.lane, each.ref): each for each in found}
