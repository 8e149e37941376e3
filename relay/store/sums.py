"""Sums: what many tickets come to, as the database counts them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from relay.holding import Phase
from relay.store.cases import Cases
from relay.tables import Case, Link, Message, Party, Purpose, Tally, Ticket
from relay.totals import Spread, Times, Totals

#: Of what a spread is told.
SPREAD = (Tally.to_take, Tally.to_resolve, Tally.in_check)
#: The nearest rank of a share, in percent: the smallest that so many are not above.
RANKS = (50, 90)
ALL: Any = literal_column("0")
#: Values, by a key and their rank.
Ranked = dict[tuple[int, int], timedelta]
LINK: Any = func.coalesce(Tally.link_id, ALL)


@dataclass(frozen=True)
class Scope:
    """Which tickets are meant: those that a party owes, or those it is owed; or those of a link."""

    party: int | None = None  #: whoever owes them
    upper: int | None = None  #: to whom
    link: int | None = None

    @property
    def rows(self) -> ColumnElement[bool]:
        """What they fulfil."""
        whose = Tally.party_id == self.party if self.party else Tally.upper_party_id == self.upper
        # All of a link are one party's. PostgreSQL takes the two for independent, and would rather
        # read all that ever came over a link: so it is not in the words of an index.
        return whose if self.link is None else and_(whose, Tally.link_id + 0 == self.link)

    @classmethod
    def over(cls, link: Link) -> Scope:
        """Return the tickets that came over a link."""
        return cls(party=link.lower_id, link=link.id)


class Within(NamedTuple):
    """From when, until before when."""

    begin: datetime
    end: datetime

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Say whether something happened in it."""
        return and_(column >= self.begin, column < self.end)


class Counted(NamedTuple):
    """A ticket that was counted, and what it and those at its ends are called."""

    tally: Tally
    number: str
    party: str
    upper: str | None  #: none: the client


class Sums(Cases):
    """What tickets come to. All of it may take a while: it is for those who only look."""

    async def totals(self, of: Scope, when: Within, *, by_link: bool = False) -> dict[int, Totals]:
        """Return what tickets come to, under 0; *by_link*, under each of theirs; 0: no link."""
        key = LINK if by_link else ALL
        opened = await self._counts(key, and_(of.rows, when.holds(Tally.opened_at)))
        reopened = await self._counts(key, and_(of.rows, when.holds(Tally.reopened_at)))
        done = and_(of.rows, when.holds(Tally.closed_at))
        rows = {row.key: row for row in await self._session.execute(sums(key, done))}
        ranks = {
            (each, rank(row.closed, share))
            for each, row in rows.items()
            for share in RANKS
            if row.closed
        }
        spreads = [await self._ranked(key, done, column, ranks) for column in SPREAD]
        return {
            each: totals(opened.get(each, 0), reopened.get(each, 0), rows.get(each), spreads)
            for each in {*opened, *reopened, *rows}
        }

    async def _ranked(
        self, key: Any, where: ColumnElement[bool], column: Any, ranks: Collection[tuple[int, int]]
    ) -> Ranked:
        """Return the values that have one of the *ranks*, under a key and the rank."""
        if not ranks:
            return {}
        among = None if key is ALL else key
        place = func.row_number().over(partition_by=among, order_by=column).label("place")
        each = select(key.label("key"), column.label("value"), place).where(where).subquery().c
        found = await self._session.execute(
            select(each.key, each.place, each.value).where(
                tuple_(each.key, each.place).in_(sorted(ranks))
            )
        )
        return {(row.key, row.place): row.value for row in found}

    async def _counts(self, key: Any, where: ColumnElement[bool]) -> dict[int, int]:
        query = select(key.label("key"), func.count().label("tickets")).where(where)
        found = await self._session.execute(query if key is ALL else query.group_by(key))
        return {row.key: row.tickets for row in found}

    async def kept(self, of: Scope, when: Within) -> dict[int, tuple[int, int]]:
        """Return how many tickets of each link were promised for a time, and done in it."""
        found = await self._session.execute(
            select(LINK.label("key"), PROMISED, KEPT)
            .where(of.rows, when.holds(Tally.closed_at))
            .group_by(LINK)
        )
        return {row.key: (row.promised, row.kept) for row in found}

    # Where the time went

    async def time_by_level(self, first: Party, when: Within) -> dict[int, Times]:
        """Return the time of each level of a party's own closed cases; 0: the client's."""
        asked, checked = (
            func.sum(column) for column in (Tally.client_asked, Tally.client_checking)
        )
        found = await self._session.execute(
            select(Tally.level, asked, checked, *PHASES)
            .where(Tally.first_party_id == first.id, when.holds(Tally.case_closed_at))
            .group_by(Tally.level)
        )
        levels = dict[int, Times]()
        for row in found:
            levels[row.level] = times(row)
            if row.level == 1:
                levels[0] = {Phase.ASKED: row[1], Phase.CHECKING: row[2]}
        return levels

    async def time(self, of: Scope, when: Within) -> Times:
        """Return the time of tickets in closed cases.

        Of those that are owed, but on the first level; of those that one is owed, but on the
        second: those are told level by level.
        """
        return await self._time(deeper(of, when))

    async def time_above(self, of: Scope, when: Within) -> Times:
        """Return the same of the tickets right above those."""
        uppers = select(Tally.upper_id).where(deeper(of, when))
        return await self._time(Tally.ticket_id.in_(uppers))

    async def _time(self, where: ColumnElement[bool]) -> Times:
        return times((await self._session.execute(select(*PHASES).where(where))).one())

    # What was counted

    async def counted(self, of: Scope, when: Within, most: int) -> Sequence[Counted]:
        """Return the tickets of which something is counted, those offered last first."""
        ids = [
            select(Tally.ticket_id).where(of.rows, when.holds(column))
            for column in (Tally.opened_at, Tally.closed_at, Tally.reopened_at)
        ]
        union = ids[0].union(*ids[1:]).subquery()
        upper = aliased(Party)
        found = await self._session.execute(
            select(Tally, Ticket.number, Party.name, upper.name)
            .join(union, union.c.ticket_id == Tally.ticket_id)
            .join(Ticket, Ticket.id == Tally.ticket_id)
            .join(Party, Party.id == Tally.party_id)
            .outerjoin(upper, upper.id == Tally.upper_party_id)
            .order_by(Tally.opened_at.desc(), Tally.ticket_id.desc())
            .limit(most)
        )
        return [Counted(*row) for row in found]

    async def said(self, case: Case) -> dict[int, int]:
        """Return how much each ticket's party said in a case, notes apart; 0: the client."""
        found = await self._session.execute(
            select(Message.ticket_id, func.count())
            .where(Message.case_id == case.id, Message.purpose != Purpose.NOTE)
            .group_by(Message.ticket_id)
        )
        return {ticket or 0: count for ticket, count in found}


def number(of: Any) -> ColumnElement[int]:
    """Return how many rows fulfil something."""
    return func.coalesce(func.sum(case((of, 1), else_=0)), 0)


PROMISED: Any = number(Tally.promised).label("promised")
KEPT: Any = number(and_(Tally.promised, ~Tally.late)).label("kept")
PHASES: Any = [func.sum(getattr(Tally, each.value)).label(each.value) for each in Phase]


def sums(key: Any, where: ColumnElement[bool]) -> Select[Any]:
    """Ask what tickets that were closed come to, by a key, but for how long they took."""
    query = select(
        key.label("key"),
        func.count().label("closed"),
        PROMISED,
        KEPT,
        number(Tally.returned > 0).label("reworked"),
        func.count(Tally.stars).label("rated"),
        func.coalesce(func.sum(Tally.stars), 0).label("stars"),
    ).where(where)
    return query if key is ALL else query.group_by(key)


def rank(count: int, percent: int) -> int:
    """Return the nearest rank: the first of *count* values that so many percent are not above."""
    return (count * percent + 99) // 100


def totals(opened: int, reopened: int, row: Row[Any] | None, spreads: Sequence[Ranked]) -> Totals:
    """Return what was counted as one."""
    if row is None:
        return Totals(opened, reopened=reopened)
    to_take, to_resolve, in_check = (
        Spread(*(values.get((row.key, rank(row.closed, share))) for share in RANKS))
        for values in spreads
    )
    return Totals(
        opened,
        row.closed,
        reopened,
        row.promised,
        row.kept,
        row.reworked,
        row.rated,
        int(row.stars),
        to_take,
        to_resolve,
        in_check,
    )


def deeper(of: Scope, when: Within) -> ColumnElement[bool]:
    """Say which tickets in closed cases the first party does not find by their level."""
    below: Any = literal_column("1" if of.upper is None else "2")  # as the indexes have it
    return and_(of.rows, when.holds(Tally.case_closed_at), Tally.level > below)


def times(row: Row[Any]) -> Times:
    """Return the time of a row, by what it went into."""
    return {phase: getattr(row, phase.value) or timedelta() for phase in Phase}
