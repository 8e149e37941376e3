"""What a page is: a function from what it is asked to what a template shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from bot.dashboard.doors import Visitor
from relay.language import Gettext
from relay.periods import Period, Span, split, today
from relay.refusals import Amiss, BadPeriod
from relay.sheets import Sheet
from relay.store import Store
from relay.tables import Link, Party

WIDTH: Final = 1000  #: units across a picture of time; how wide that is decides the screen


class Missing(Exception):
    """There is no such thing, or it is none of the visitor's: the two look alike."""


@dataclass(frozen=True)
class Asked:
    """A page that somebody wants to see: all that it may depend on."""

    store: Store
    visitor: Visitor
    party: Party | None  #: none: the page is about no party
    query: Mapping[str, str]  #: filters stand in the address, so that a view can be shared
    operators: Collection[str]
    _: Gettext

    def to(self, page: str, **query: object) -> str:
        """Return the address of another page about the same party; what is empty is left out."""
        where = f"/{self.party.key}" if self.party else ""
        told = urlencode({name: value for name, value in query.items() if value})
        return f"/dashboard/{self.store.bot}{where}/{page}" + (f"?{told}" if told else "")

    @property
    def of(self) -> Party:
        """The party that the page is about.

        Raises:
            Missing: it is about none.
        """
        if self.party is None:
            raise Missing
        return self.party

    def period(self) -> Period:
        """Return the time for which figures are wanted: this month, unless the address says.

        Raises:
            BadPeriod: it says what is none.
        """
        words = self.query.get("when", "").strip() or Span.MONTH
        found, rest = split(words, today(self.store.now, self.of.timezone))
        if rest:
            raise BadPeriod(words, Amiss.UNREAD)
        return found

    async def over(self) -> Link | None:
        """Return the link that the address names, perhaps one that has ended; None: it names none.

        Raises:
            Missing: there is no such link, or it is none of this party's.
        """
        words = self.query.get("over", "")
        if not words:
            return None
        links = await self.store.links_ever(self.of)
        found = next((each for each in links if str(each.id) == words), None)
        if found is None:
            raise Missing
        return found


@dataclass(frozen=True)
class Table:
    """A sheet on a page, which can be taken along."""

    name: str  #: in an address
    sheet: Sheet
    links: Sequence[str] = ()  #: where the first cell of each row leads
    marked: Sequence[bool] = ()  #: which rows stand out


@dataclass(frozen=True)
class View:
    """What is to be seen: the facts that a template names, and tables."""

    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)

    @classmethod
    def of(cls, title: str, *tables: Table, **facts: Any) -> View:
        """Return a view with tables by their names."""
        return cls(title, facts, {each.name: each for each in tables})


@dataclass(frozen=True)
class Page:
    """One page; its template has its name."""

    name: str  #: in an address
    title: Callable[[Gettext], str]  #: in the navigation
    find: Callable[[Asked], Awaitable[View]]
    of_party: bool = True  #: else it is for operators
    live: bool = False  #: a part of it, the template ``NAME_live``, is fetched again and again
