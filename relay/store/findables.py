"""Findables: the words by which tickets are found, and how they are looked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, func, insert, select, text, update

from relay.content import Content
from relay.moves import OPEN
from relay.stems import Term
from relay.store.cases import Cases
from relay.tables import Case, Client, Copy, Findable, Link, Message, Party, Sees, Ticket

STILL_OPEN: Final = (
    "_open"  #: the word of a ticket that is open; nobody can write one that begins so
)
#: How many of a party's tickets share a word that tells when they came, a smaller and a larger one.
BLOCKS: Final = {"_b": 4_096, "_w": 65_536}

MACHINES: Final = 1_000  #: of one statement

#: Bound to one party by every word, and in the order of the rows: it reads no more than it returns.
IN_SQLITE: Final = text(
    "SELECT rowid FROM findables_index WHERE findables_index MATCH :asked"
    " ORDER BY rowid DESC LIMIT :most"
)
#: All that is found is put in order; nothing else than the index of words may be used.
IN_POSTGRES: Final = text(
    "WITH hits AS MATERIALIZED"
    " (SELECT ticket_id FROM findables WHERE words @@ CAST(:asked AS tsquery))"
    " SELECT ticket_id FROM hits ORDER BY ticket_id DESC LIMIT :most"
)


class Heard(NamedTuple):
    """A message as one chat may read it."""

    id: int
    version: int
    content: Mapping[str, Any]
    sees: Sees
    on_card: bool  #: it stands there, and reads as the card does by now

    @property
    def said(self) -> Content:
        """What it consists of, before anything is struck out."""
        return Content.unpacked(self.content)


class Findables(Cases):
    """What tickets are found by."""

    async def findables(self, case: Case) -> Mapping[int, Any]:
        """Return what is written down of each ticket of a case."""
        ids = [each.id for each in case.tickets]
        columns = select(*Findable.__table__.c).where(Findable.ticket_id.in_(ids))
        return {each.ticket_id: each for each in await self._session.execute(columns)}

    async def heard_until(self, case: Case, place: str, last: int) -> tuple[int, int]:
        """Return how many messages one chat may read up to one, and the sum of their versions."""
        await self.flush()
        found = await self._session.execute(
            select(func.count(), func.coalesce(func.sum(Message.version), 0))
            .join(Copy, Copy.message_id == Message.id)
            .where(Message.case_id == case.id, Message.id <= last, Copy.place == place)
        )
        count, versions = found.one()
        return count, int(versions)

    async def heard_since(self, case: Case, place: str, last: int, most: int) -> Sequence[Heard]:
        """Return what one chat may read that was said after a message, the oldest first."""
        asked = heard_at(case, place).where(Message.id > last).order_by(Message.id)
        return [Heard(*each) for each in await self._session.execute(asked.limit(most))]

    async def heard_before(
        self, case: Case, place: str, first: int | None, most: int
    ) -> Sequence[Heard]:
        """Return what one chat may read that was said before a message, the newest first."""
        asked = heard_at(case, place).order_by(Message.id.desc()).limit(most)
        if first is not None:
            asked = asked.where(Message.id < first)
        return [Heard(*each) for each in await self._session.execute(asked)]

    async def keeps_findable(self, ticket: Ticket, *, known: bool, **values: Any) -> None:
        """Write down what a ticket is found by; of what is *known*, some *values* may be enough."""
        if known:
            statement: Any = update(Findable).where(Findable.ticket_id == ticket.id).values(values)
            statement = statement.execution_options(synchronize_session=False)
        else:
            statement = insert(Findable).values(ticket_id=ticket.id, bot=self.bot, **values)
        await self._session.execute(statement)

    async def find(self, party: Party, terms: Sequence[Term], most: int) -> Sequence[int]:
        """Return the ids of a party's newest tickets that have all *terms*, open ones first.

        Words that begin like the last one are looked for if it is not found often enough as it
        is: a database has to read of all of them how often they stand anywhere.
        """
        whole = [replace(each, begins="") for each in terms]
        found = await self._find(party, whole, most)
        if len(found) < most and whole != terms:
            found = await self._find(party, terms, most)
        return found

    async def _find(self, party: Party, terms: Sequence[Term], most: int) -> Sequence[int]:
        still_open = await self._among(party, terms, [STILL_OPEN], most)
        newest: Sequence[int] = []
        for blocks in await self._blocks(party):
            newest = await self._among(party, terms, blocks, most)
            if len(newest) == most:
                break
        return [*dict.fromkeys((*still_open, *newest))][:most]

    async def _blocks(self, party: Party) -> list[list[str]]:
        """Return the words of a party's newest tickets, and at last none: among all of them.

        PostgreSQL would find all tickets that have a frequent word before it puts them in order.
        """
        if not self._on_postgres:
            return [[]]
        last = await self._session.scalar(select(Party.last_serial).where(Party.id == party.id))
        blocks = [
            [f"{name}{at}", f"{name}{at - 1}"]
            for name, size in BLOCKS.items()
            if (at := (last or 0) // size) > 0
        ]
        return [*blocks, []]

    async def _among(
        self, party: Party, terms: Sequence[Term], marks: Sequence[str], most: int
    ) -> Sequence[int]:
        """Return the newest tickets that have all *terms*, of those that have any of the marks."""
        ways = tuple(frozenset({each}) for each in marks)
        asked = [Term(ways), *terms] if ways else terms
        grammar = POSTGRES if self._on_postgres else SQLITE
        statement = IN_POSTGRES if self._on_postgres else IN_SQLITE
        values = {"asked": grammar.words(party.id, asked), "most": most}
        return (await self._session.scalars(statement, values)).all()

    @property
    def _on_postgres(self) -> bool:
        return bool(self._session.get_bind().dialect.name == "postgresql")

    # What changes without anything that happens in a case

    async def touch_cases_of(self, client: Client) -> None:
        """Note that something has changed in all cases of a client."""
        await self._touch(Case.client_id == client.id)

    async def touch_cases_about(self, machines: Sequence[int]) -> None:
        """Note that something has changed in all cases about some machines."""
        for at in range(0, len(machines), MACHINES):
            await self._touch(Case.equipment_id.in_(machines[at : at + MACHINES]))

    async def touch_cases_with(self, party: Party) -> None:
        """Note that something has changed in all cases of which a party has a ticket."""
        await self._touch(Case.id.in_(select(Ticket.case_id).where(Ticket.party_id == party.id)))

    async def touch_over(self, link: Link) -> None:
        """Note that something has changed in all cases with an open ticket over a link."""
        over = select(Ticket.case_id).where(
            Ticket.party_id == link.lower_id, Ticket.state.in_(OPEN), Ticket.link_id == link.id
        )
        await self._touch(Case.id.in_(over))

    async def _touch(self, cases: ColumnElement[bool]) -> None:
        await self.flush()
        await self._session.execute(
            update(Case)
            .where(cases)
            .values(stale=True)
            .execution_options(synchronize_session=False)
        )


def heard_at(case: Case, place: str) -> Select[Any]:
    """Ask for what one chat may read of a case."""
    return (
        select(Message.id, Message.version, Message.content, Copy.sees, Copy.on_card)
        .join(Copy, Copy.message_id == Message.id)
        .where(Message.case_id == case.id, Copy.place == place)
    )


class Grammar(NamedTuple):
    """How a database wants to be asked for words."""

    quote: str
    both: str
    either: str
    begins: str

    def words(self, party: int, terms: Iterable[Term]) -> str:
        """Ask for what has all *terms*; stems consist of letters and digits alone."""
        return self.both.join(f"({self.either.join(self._ways(party, each))})" for each in terms)

    def _ways(self, party: int, term: Term) -> Iterable[str]:
        for way in term.ways:
            yield f"({self.both.join(self._word(party, each) for each in sorted(way))})"
        if term.begins:
            yield self._word(party, term.begins) + self.begins

    def _word(self, party: int, stem: str) -> str:
        return f"{self.quote}{word(party, stem)}{self.quote}"


SQLITE: Final = Grammar('"', " AND ", " OR ", " *")
POSTGRES: Final = Grammar("'", " & ", " | ", ":*")


def word(party: int, stem: str) -> str:
    """Return a stem as it is kept for one party."""
    return f"{party}_{stem}"


def kept(ticket: Ticket, stems: Iterable[str]) -> set[str]:
    """Return what is kept of a ticket's stems, and of how it stands."""
    own = [f"{name}{ticket.serial // size}" for name, size in BLOCKS.items()]
    if ticket.open:
        own.append(STILL_OPEN)
    return {word(ticket.party_id, each) for each in (*own, *stems)}
