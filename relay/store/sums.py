"""Sums: what many tickets come to, as the database counts them."""

from __future__ import annotations

from collections.abc import Sequence
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
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from relay.holding import Phase
from relay.store.cases import Cases
from relay.tables import Case, Link, Message, Party, Purpose, Tally, Ticket
from relay.totals import Spread, Times, Totals

#: Of what a spread is told.
SPREAD = (Tally.to_take, Tally.to_resolve, Tally.in_check)
#: The nearest rank of a share, in percent: the smallest that so many are not above.
RANKS = (50, 90)
ALL: Any = literal_column("0")
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
        return whose if self.link is None else and_(whose, Tally.link_id == self.link)

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
        done = await self._session.execute(closed(key, and_(of.rows, when.holds(Tally.closed_at))))
        rows = {row.key: row for row in done}
        return {
            each: totals(opened.get(each, 0), reopened.get(each, 0), rows.get(each))
            for each in {*opened, *reopened, *rows}
        }

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

    async def time(self, of: Scope, when: Within, *, below: int = 0) -> Times:
        """Return the time of tickets in closed cases, of those that stand below some level."""
        return await self._time(
            and_(of.rows, when.holds(Tally.case_closed_at), Tally.level > below)
        )

    async def time_above(self, of: Scope, when: Within) -> Times:
        """Return the same of the tickets right above those."""
        uppers = select(Tally.upper_id).where(
            of.rows, when.holds(Tally.case_closed_at), Tally.level > 1
        )
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

    async def links_ever(self, party: Party) -> Sequence[Link]:
        """Return all links of a party, those that have ended among them: to those above first."""
        found = await self._session.scalars(
            select(Link)
            .where(Link.bot == self.bot, or_(Link.upper_id == party.id, Link.lower_id == party.id))
            .order_by(Link.rank, Link.id)
            .options(joinedload(Link.upper), joinedload(Link.lower))
        )
        return sorted(found.all(), key=lambda link: link.upper_id == party.id)


def number(of: Any) -> ColumnElement[int]:
    """Return how many rows fulfil something."""
    return func.coalesce(func.sum(case((of, 1), else_=0)), 0)


PROMISED: Any = number(Tally.promised).label("promised")
KEPT: Any = number(and_(Tally.promised, ~Tally.late)).label("kept")
PHASES: Any = [func.sum(getattr(Tally, each.value)).label(each.value) for each in Phase]


def closed(key: Any, where: ColumnElement[bool]) -> Select[Any]:
    """Ask what tickets that were closed come to, by a key, with exact ranks of their times."""
    sums = select(
        key.label("key"),
        func.count().label("closed"),
        PROMISED,
        KEPT,
        number(Tally.returned > 0).label("reworked"),
        func.count(Tally.stars).label("rated"),
        func.coalesce(func.sum(Tally.stars), 0).label("stars"),
    ).where(where)
    counted = (sums if key is ALL else sums.group_by(key)).cte("counted")
    ordered = [
        func.row_number()
        .over(partition_by=None if key is ALL else key, order_by=each)
        .label(f"rank_of_{each.key}")
        for each in SPREAD
    ]
    ranked = select(key.label("key"), *SPREAD, *ordered).where(where).subquery("ranked")
    spreads = [
        func.max(
            case(
                (
                    ranked.c[f"rank_of_{each.key}"] == rank(counted.c.closed, share),
                    ranked.c[each.key],
                )
            )
        ).label(f"{each.key}_{share}")
        for each in SPREAD
        for share in RANKS
    ]
    rest = [func.max(each).label(each.key) for each in counted.c if each.key != "key"]
    return (
        select(counted.c.key, *rest, *spreads)
        .join(ranked, ranked.c.key == counted.c.key)
        .group_by(counted.c.key)
    )


def rank(count: Any, percent: int) -> Any:
    """Return the nearest rank: the first of *count* values that so many percent are not above."""
    return (count * percent + 99) // 100


def totals(opened: int, reopened: int, row: Row[Any] | None) -> Totals:
    """Return what was counted as one."""
    if row is None:
        return Totals(opened, reopened=reopened)
    to_take, to_resolve, in_check = (
        Spread(*(getattr(row, f"{each.key}_{share}") for share in RANKS)) for each in SPREAD
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


def times(row: Row[Any]) -> Times:
    """Return the time of a row, by what it went into."""
    return {phase: getattr(row, phase.value) or timedelta() for phase in Phase}
