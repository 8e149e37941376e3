"""Cases, tickets, and what was said about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from relay.holding import holders
from relay.moves import OPEN, State
from relay.store.session import Transaction
from relay.tables import (
    HISTORY,
    Case,
    Client,
    Copy,
    Event,
    Link,
    Message,
    Part,
    Party,
    Person,
    Purpose,
    Question,
    Ticket,
)

MANY = 20  #: cases of one client that are looked at

WHOLE = (
    joinedload(Case.client),
    joinedload(Case.equipment),
    joinedload(Case.request).joinedload(Message.person),
    selectinload(Case.tickets).options(joinedload(Ticket.party), joinedload(Ticket.link)),
)


def seen(ids: Any) -> Select[Case]:
    """Return what finds cases, always in the same order."""
    return (
        select(Case)
        .where(Case.id.in_(ids), Case.bot == bindparam("bot"))
        .order_by(Case.id)
        .options(*WHOLE)
        .execution_options(populate_existing=True)
    )


def locked(ids: Any) -> Select[Case]:
    """Return what locks cases."""
    return seen(ids).with_for_update(of=Case)


#: Made once, as whatever happens begins with this.
IDS: Any = bindparam("ids", expanding=True)
LOCKED, SEEN = locked(IDS), seen(IDS)
COPIES = select(Copy).where(Copy.message_id.in_(IDS))
PARTS = (
    select(Part)
    .where(Part.message_id.in_(IDS), Part.bot + 0 == bindparam("bot"))
    .order_by(Part.number)
)
BY_TICKETS = select(Ticket.case_id).where(Ticket.id.in_(IDS))
LOCKED_BY_TICKETS, SEEN_BY_TICKETS = locked(BY_TICKETS), seen(BY_TICKETS)


@dataclass(frozen=True)
class Brief:
    """An open ticket, as far as it decides which place it has in a list."""

    id: int
    number: str
    state: State
    since: datetime
    due_at: datetime | None
    mine: bool  #: whether it is the move of its own party


def whole(case: Case) -> Case:
    """Let every ticket of a case that was just loaded hold on to it."""
    for ticket in case.tickets:
        set_committed_value(ticket, "case", case)
    return case


class Cases(Transaction):
    """What parties owe each other, and what they say."""

    async def case(self, case_id: int) -> Case:
        """Return a case with its tickets, locked: others wait until this transaction is over."""
        if (Case, case_id) not in self._known:
            await self.cases([case_id])
        case: Case = self._known[Case, case_id]
        return case

    async def cases(self, case_ids: Collection[int]) -> None:
        """Lock cases, and know their tickets."""
        statement = SEEN if self.only_looks else LOCKED
        await self._lock(statement, [each for each in case_ids if (Case, each) not in self._known])

    async def know_cases(self, tickets: Collection[int]) -> None:
        """Lock the cases of tickets, and know all of theirs."""
        unknown = [each for each in tickets if (Ticket, each) not in self._known]
        await self._lock(SEEN_BY_TICKETS if self.only_looks else LOCKED_BY_TICKETS, unknown)

    async def _lock(self, statement: Select[Case], ids: Collection[int]) -> None:
        if not ids:
            return
        await self.flush()  # what was found is as it is written down
        for case in await self._session.scalars(statement, {"bot": self.bot, "ids": list(ids)}):
            self._known[Case, case.id] = whole(case)
            for ticket in case.tickets:
                self._known[Ticket, ticket.id] = ticket

    async def ticket(self, ticket_id: int) -> Ticket | None:
        """Return a ticket; its whole case is loaded and locked."""
        await self.know_cases([ticket_id])
        known: Ticket | None = self._known.get((Ticket, ticket_id))
        return known

    async def ticket_of(self, party: Party, number: str) -> Ticket | None:
        """Return the party's own ticket by its number, with or without the code before it.

        A ticket keeps its number when the party's code changes, and is found by either code.
        """
        _code, dash, serial = number.upper().rpartition("-")
        if not serial.isascii() or not serial.isdecimal() or len(serial) > 15:
            return None
        found = await self._session.scalar(
            select(Ticket.id).where(Ticket.party_id == party.id, Ticket.serial == int(serial))
        )
        ticket = None if found is None else await self.ticket(found)
        ours = ticket and (not dash or number.upper() in {ticket.number, f"{party.code}-{serial}"})
        return ticket if ours else None

    async def tickets_over(self, link: Link) -> Sequence[Ticket]:
        """Return the open tickets that came over a link; their cases locked."""
        found = await self._session.scalars(
            select(Ticket.id)
            .where(
                Ticket.party_id == link.lower_id,
                Ticket.state.in_(OPEN),
                Ticket.link_id == link.id,
                self.ours(Ticket),
            )
            .order_by(Ticket.id)
        )
        ids = found.all()
        await self.know_cases(ids)
        return [ticket for each in ids if (ticket := await self.ticket(each))]

    async def open_in_brief(
        self, party: Party, only: Collection[int] | None = None
    ) -> Sequence[Brief]:
        """Return the party's open tickets without their cases: there may be hundreds; or some."""
        await self.flush()
        cases = select(Ticket.case_id).where(
            Ticket.party_id == party.id, Ticket.state.in_(OPEN), Ticket.bot == self.bot
        )
        if only is not None:
            cases = select(Ticket.case_id).where(Ticket.id.in_(only))
        rows = await self._session.execute(
            select(
                *(Ticket.case_id, Ticket.id, Ticket.upper_id, Ticket.state),
                *(Ticket.party_id, Ticket.number, Ticket.since, Ticket.due_at),
            )
            .where(Ticket.case_id.in_(cases))
            .order_by(Ticket.case_id, Ticket.id)
        )
        found = list[Brief]()
        for _, group in groupby(rows.all(), key=lambda row: row.case_id):
            tickets = [*group]
            moving = {who for who, _ in holders((e.id, e.upper_id, e.state) for e in tickets)}
            found += [
                Brief(each.id, each.number, each.state, each.since, each.due_at, each.id in moving)
                for each in tickets
                if each.party_id == party.id and each.state in OPEN
                if only is None or each.id in only
            ]
        return found

    async def open_tickets(
        self, party: Party, only: Collection[int] | None = None
    ) -> Sequence[Ticket]:
        """Return the party's open tickets with their cases, to be read only; all, or some."""
        query = (
            select(Case)
            .join(Ticket, Ticket.case_id + 0 == Case.id)  # else each case may be looked at
            .where(Ticket.party_id == party.id, Ticket.state.in_(OPEN), Ticket.bot == self.bot)
            .order_by(Case.id)
            .options(*WHOLE)
        )
        if only is not None:
            query = query.where(Ticket.id.in_(only))
        cases = await self._session.scalars(query)
        return [
            ticket
            for case in map(whole, cases.unique())
            for ticket in case.tickets
            if ticket.party_id == party.id and ticket.open and (only is None or ticket.id in only)
        ]

    async def client_cases(self, client: Client, most: int) -> Sequence[Case]:
        """Return the client's latest cases, the newest first, to be read only."""
        found = await self._session.scalars(
            select(Case)
            .where(Case.client_id == client.id, Case.bot == self.bot)
            .order_by(Case.id.desc())
            .limit(most)
            .options(*WHOLE)
        )
        return [whole(case) for case in found]

    async def client_tickets(self, client: Client, *, still_open: bool) -> Sequence[Ticket]:
        """Return the first tickets of the client's cases, the newest first; their cases locked."""
        known: Sequence[Ticket] | None = self._known.get((Client, client.id, Ticket))
        if still_open and known is not None:
            return [ticket for ticket in known if ticket.open]
        query = (
            select(Ticket.id)
            .join(Case, Ticket.case_id == Case.id)
            .where(Case.client_id == client.id, Case.bot == self.bot, Ticket.upper_id.is_(None))
            .order_by(Ticket.id.desc())
        )
        if still_open:
            query = query.where(Ticket.state.in_(OPEN))
        found = await self._session.scalars(query.limit(MANY))
        tickets = [ticket for each in found.all() if (ticket := await self.ticket(each))]
        if still_open and len(tickets) < MANY:
            self._known[Client, client.id, Ticket] = tickets
        return tickets

    async def opens_case(self, case: Case, request: Message) -> None:
        """Write a new case down: it begins with a request."""
        await self.add(case)
        request.case_id, request.purpose = case.id, Purpose.REQUEST
        set_committed_value(case, "request", request)
        self._known[Case, case.id] = case

    async def opens(self, ticket: Ticket) -> None:
        """Write a new ticket down."""
        await self.add(ticket)
        self._known[Ticket, ticket.id] = ticket
        known = self._known.get((Client, ticket.case.client_id, Ticket))
        if known is not None and ticket.upper_id is None:
            known.insert(0, ticket)

    def reopens(self, ticket: Ticket) -> None:
        """Forget which of a client's tickets are open: one more is now."""
        self._known.pop((Client, ticket.case.client_id, Ticket), None)

    async def next_serial(self, party: Party) -> int:
        """Return the party's next ticket number; a number is never given twice or left out."""
        found = await self._session.scalar(
            update(Party)
            .where(Party.id == party.id)
            .values(last_serial=Party.last_serial + 1)
            .returning(Party.last_serial)
            .execution_options(synchronize_session=False)
        )
        return int(found or 0)

    async def events(self, case: Case) -> Sequence[Event]:
        """Return all that was done in a case, in order."""
        found = await self._session.scalars(
            select(Event)
            .where(Event.case_id == case.id)
            .order_by(Event.id)
            .options(joinedload(Event.party), joinedload(Event.person))
        )
        return found.all()

    async def last_event(self, ticket: Ticket) -> Event | None:
        """Return the last move made on a ticket."""
        found: Event | None = await self._session.scalar(
            select(Event)
            .where(Event.ticket_id == ticket.id)
            .order_by(Event.id.desc())
            .limit(1)
            .options(joinedload(Event.party), joinedload(Event.person))
        )
        return found

    # What was said

    async def message(self, message_id: int) -> Message | None:
        """Return a message with its author."""
        if (Message, message_id) not in self._known:
            await self.messages([message_id])
        found: Message | None = self._known.get((Message, message_id))
        return found

    async def messages(self, message_ids: Collection[int]) -> None:
        """Know messages with their authors."""
        unknown = [each for each in message_ids if (Message, each) not in self._known]
        if not unknown:
            return
        found = await self._session.scalars(
            select(Message)
            .where(Message.id.in_(unknown), Message.bot == self.bot)
            .options(joinedload(Message.person))
            .execution_options(autoflush=False)
        )
        for message in found:
            self._known[Message, message.id] = message

    async def result(self, ticket: Ticket) -> Message | None:
        """Return what the party last said it has done."""
        found: Message | None = await self._session.scalar(
            select(Message)
            .where(Message.about_id == ticket.id, Message.purpose == Purpose.RESULT)
            .order_by(Message.id.desc())
            .limit(1)
        )
        return found

    async def notes(self, ticket: Ticket) -> Sequence[Message]:
        """Return the internal notes on a ticket."""
        found = await self._session.scalars(
            select(Message)
            .where(
                Message.case_id == ticket.case_id,
                Message.ticket_id == ticket.id,
                Message.purpose == Purpose.NOTE,
            )
            .order_by(Message.id)
            .options(joinedload(Message.person))
        )
        return found.all()

    async def copies(self, message: Message) -> Sequence[Copy]:
        """Return who has a message, or will."""
        if message in self._said:
            await self.flush()
        await self.know_copies({message.id})
        copies: Sequence[Copy] = self._known[Copy, message.id]
        return copies

    async def know_copies(self, messages: set[int]) -> None:
        """Know who has each of *messages*, or will."""
        unknown = [each for each in messages if (Copy, each) not in self._known]
        if unknown:
            await self.flush()
            found = await self._session.scalars(COPIES, {"ids": unknown})
            self._known |= {(Copy, each): [] for each in unknown}
            for copy in found:
                self._known[Copy, copy.message_id].append(copy)

    async def copies_at(self, case: Case, place: str) -> Sequence[Copy]:
        """Return what one chat has of a case."""
        found = await self._session.scalars(
            select(Copy)
            .join(Message, Message.id == Copy.message_id)
            .where(Message.case_id == case.id, Copy.place == place)
            .order_by(Copy.message_id)
        )
        return found.all()

    async def copy(self, message_id: int, place: str) -> Copy | None:
        """Return a message as one chat has it."""
        await self.know_copies({message_id})
        known = self._known[Copy, message_id]
        return next((each for each in known if each.place == place and each.bot == self.bot), None)

    def keeps_message(self, message: Message, parts: Sequence[Part]) -> None:
        """Write down what was said, and where it stands."""
        self.touch(message.case_id)
        self._session.add(message)
        self._said[message] = [], list(parts)
        for part in parts:
            self.keeps_part(part)

    def keeps_copies(self, message: Message, copies: Collection[Copy]) -> None:
        """Write down who has a message, or will."""
        self.touch(message.case_id)
        self._session.add_all(copies)
        if message in self._said:
            self._said[message][0].extend(copies)
        elif (Copy, message.id) in self._known:
            self._known[Copy, message.id].extend(copies)

    async def drop(self, copy: Copy) -> None:
        """Let a chat not have a message, and not be about to."""
        await self._session.delete(copy)
        await self._session.flush()
        self._known.pop((Copy, copy.message_id), None)

    async def merged(self, message_id: int, place: str) -> Sequence[Message]:
        """Return the messages that one chat was told together with another one, in order."""
        found = await self._session.scalars(
            select(Message)
            .join(Copy, Copy.message_id == Message.id)
            .where(Copy.merged_with_id == message_id, Copy.place == place)
            .order_by(Message.id)
            .options(joinedload(Message.person))
        )
        return found.all()

    async def undirected(self, ticket: Ticket, place: str) -> Sequence[Message]:
        """Return what a party has said of which it has not chosen yet where it goes."""
        found = await self._session.scalars(
            select(Message)
            .where(
                Message.ticket_id == ticket.id,
                Message.place == place,
                Message.towards.is_(None),
                Message.purpose == Purpose.TALK,
            )
            .order_by(Message.id)
        )
        return found.all()

    async def replies_to(self, message: Message) -> Sequence[Message]:
        """Return what was said in reply to a message, late parts of its album among it."""
        await self.flush()
        found = await self._session.scalars(
            select(Message)
            .where(Message.reply_to_id == message.id, Message.bot == self.bot)
            .order_by(Message.id)
            .options(joinedload(Message.person))
        )
        return found.all()

    async def talk_at(self, case: Case, place: str) -> Sequence[Message]:
        """Return what people said about a case, as far as one chat has it, in order."""
        found = await self._session.scalars(
            select(Message)
            .join(Copy, Copy.message_id == Message.id)
            .where(
                Message.case_id == case.id,
                Message.purpose.in_((Purpose.TALK, Purpose.QUESTION, Purpose.ANSWER)),
                Copy.place == place,
            )
            .order_by(Message.id)
            .options(joinedload(Message.person))
        )
        return found.all()

    async def spoke_for_client(self, case: Case) -> Sequence[Person]:
        """Return the persons who have spoken as the client."""
        spoken = select(Message.person_id).where(
            Message.case_id == case.id, Message.ticket_id.is_(None)
        )
        found = await self._session.scalars(select(Person).where(Person.id.in_(spoken)))
        return found.all()

    async def spoke_for_clients(self, cases: Collection[int]) -> dict[int, list[Person]]:
        """Return the same of several cases, by their ids; of some there may be nobody."""
        spoken = (
            select(Message.case_id, Message.person_id)
            .where(Message.case_id.in_(cases), Message.ticket_id.is_(None))
            .distinct()
            .subquery()
        )
        query = select(spoken.c.case_id, Person).join(Person, Person.id == spoken.c.person_id)
        found = defaultdict[int, list[Person]](list)
        for case_id, person in await self._session.execute(query) if cases else ():
            found[case_id].append(person)
        return found

    # Where it landed

    async def part(self, lane: str, ref: str) -> Part | None:
        """Return what one of the messenger's messages is to us."""
        if (Part, lane, ref) not in self._known:
            found = await self._session.execute(
                select(Part, Message)
                .outerjoin(Message, Message.id == Part.message_id)
                .where(Part.bot == self.bot, Part.lane == lane, Part.ref == ref)
                .options(joinedload(Message.person))
                .execution_options(autoflush=False)  # what is not written down yet is known
            )
            part, message = found.one_or_none() or (None, None)
            self._known[Part, lane, ref] = part
            if message:
                self._known[Message, message.id] = message
        known: Part | None = self._known[Part, lane, ref]
        if known and known in self._session.new:
            await self.flush()  # whoever asks wants to know of what message it is
        return known

    async def parts(self, message_id: int, place: str) -> Sequence[Part]:
        """Return the messages that show a message in a chat, in order."""
        copy = await self.copy(message_id, place)
        message_id = copy.merged_with_id or message_id if copy else message_id
        await self.know_parts({message_id})
        known: Sequence[Part] = self._known[Part, message_id]
        return [part for part in known if part.place == place and part.number >= 0]

    async def forget_parts(self, ticket: Ticket, place: str) -> None:
        """Let all that stands in a chat about a ticket be history: it is gone."""
        await self.flush()
        found = await self._session.scalars(
            select(Part).where(Part.ticket_id == ticket.id, Part.place == place, self.ours(Part))
        )
        for part in found:
            part.number, part.card = HISTORY, False
            self.keeps_part(part)

    async def ticket_in(self, topic: str) -> Ticket | None:
        """Return the ticket that has a topic for itself."""
        found = await self._session.scalar(
            select(Ticket.id).where(Ticket.bot == self.bot, Ticket.topic == topic)
        )
        return None if found is None else await self.ticket(found)

    async def know_parts(self, messages: set[int]) -> None:
        """Know where messages stand."""
        unknown = [each for each in messages if (Part, each) not in self._known]
        if unknown:
            await self.flush()
            found = await self._session.scalars(PARTS, {"bot": self.bot, "ids": unknown})
            self._known |= {(Part, each): [] for each in unknown}
            for part in found:
                self._known[Part, part.message_id].append(part)

    async def card(self, ticket_id: int, place: str) -> Part | None:
        """Return the message that is the ticket's card in a chat: the newest, if it was renewed."""
        key = (Part, Ticket, ticket_id, place)
        if key not in self._known:
            await self.flush()
            found = await self._session.scalars(
                select(Part).where(
                    Part.ticket_id == ticket_id, Part.place == place, Part.card, self.ours(Part)
                )
            )
            newest = max(found, key=lambda part: (len(part.ref), part.ref), default=None)
            self._known[key] = newest
        card: Part | None = self._known[key]
        return card

    def keeps_part(self, part: Part) -> None:
        """Write down what a message of the messenger is to us; or what it is now."""
        self._session.add(part)
        self._known[Part, part.lane, part.ref] = part
        self._known.pop((Part, Ticket, part.ticket_id, part.place), None)
        known = self._known.get((Part, part.message_id))
        if known is not None and part not in known:
            known.append(part)
            known.sort(key=lambda each: each.number)

    async def question(self, question_id: int) -> Question | None:
        """Return a question of the bot."""
        found: Question | None = await self._session.scalar(
            select(Question)
            .where(Question.id == question_id, Question.bot == self.bot)
            .options(joinedload(Question.person), joinedload(Question.message))
        )
        return found

    async def asks(self, question: Question) -> None:
        """Write a new question down."""
        await self.add(question)
        self._known.pop((Question, question.place), None)

    async def open_question(self, place: str) -> Question | None:
        """Return the question about a ticket that was asked last in a chat, if it is open."""
        if (Question, place) in self._known:
            known: Question | None = self._known[Question, place]
            if known is None or not (known.answered or known.until <= self.now):
                return known
        query = self.open_questions([place]).order_by(Question.id.desc()).limit(1)
        found: Question | None = await self._session.scalar(query)
        self._known[Question, place] = found
        return found

    def open_questions(self, places: Iterable[str]) -> Select[Question]:
        """Ask for the questions that wait for an answer in chats."""
        return (
            select(Question)
            .where(
                Question.bot == self.bot,
                Question.place.in_(places),
                ~Question.answered,
                Question.what != "stars",
                Question.ticket_id.is_not(None),
                Question.until > self.now,
            )
            .options(joinedload(Question.message))
        )
