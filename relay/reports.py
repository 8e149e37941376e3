"""Reports: what the tickets of a party come to in some period, and where the time went.

All of it is counted from the log (``relay.tallies``). Over a link both ends read the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from relay.periods import Period, split, today
from relay.refusals import LeadsOnly, NoSuchPartner
from relay.speaker import Speaker
from relay.store import Counted, Scope, Store, Within
from relay.tables import Link, Party, Standing
from relay.totals import Times, Totals, added, whole

MOST: Final = 10_000  #: tickets of a list that is taken along
NEAR: Final = 2  #: the level right below a first party; what is below that has no name for it
NOTHING: Final = Totals()


class Whose(StrEnum):
    """Whose time it is, seen from the reader."""

    CLIENT = "client"
    UPPER = "upper"  #: of those right above
    OWN = "own"
    LOWER = "lower"  #: of those right below
    FURTHER = "further"  #: of a level further down, in the first party's own cases


@dataclass(frozen=True)
class Level:
    """How long one level had the move in the cases that were closed."""

    whose: Whose
    number: int  #: of a level that is further down; else 0
    name: str | None  #: of the party, if it is one alone
    now: Times
    before: Times


@dataclass(frozen=True)
class Report:
    """What tickets came to in a period, and in the one before."""

    party: Party  #: the reader
    period: Period
    over: Link | None  #: the tickets that came over it; none: all that the party owes
    now: Totals
    before: Totals
    levels: Sequence[Level]

    @property
    def zone(self) -> str:
        """By whose clocks its days begin."""
        return zone_of(self.party, self.over)

    @property
    def compares(self) -> bool:
        """Whether there was anything before to compare with."""
        return self.before != NOTHING or bool(self.spent_before)

    @property
    def spent(self) -> timedelta:
        """All the time that the reader can see."""
        return sum((whole(each.now) for each in self.levels), timedelta())

    @property
    def spent_before(self) -> timedelta:
        """The same in the period before."""
        return sum((whole(each.before) for each in self.levels), timedelta())

    @property
    def scopes(self) -> list[Scope]:
        """Whose tickets it is about: the party's own, and those it passed on."""
        if self.over:
            return [Scope.over(self.over)]
        return [Scope(party=self.party.id), Scope(upper=self.party.id)]


@dataclass(frozen=True)
class Partner:
    """What the tickets that came over one link, or from clients, come to."""

    link: Link | None  #: none: the clients
    now: Totals


def reader(speaker: Speaker) -> Party:
    """Return the party for which somebody may read reports.

    Raises:
        LeadsOnly: they lead none.
    """
    if speaker.party is None or not speaker.lead:
        raise LeadsOnly
    return speaker.party


async def asked(store: Store, speaker: Speaker, words: str) -> Report:
    """Return the report that *words* ask for: a period, a partner, both or neither.

    Raises:
        LeadsOnly: the speaker is none.
        BadPeriod, NoSuchPartner: the words mean nothing here.
    """
    party = reader(speaker)
    day = today(store.now, party.timezone)
    links = await store.links_ever(party)
    whole_name = called(links, party, words)
    period, name = split("" if whole_name else words, day)
    over = whole_name or called(links, party, name)
    if name and over is None:
        raise NoSuchPartner(name)
    if over:  # it may be another day there
        period, _name = split("" if whole_name else words, today(store.now, zone_of(party, over)))
    return await report(store, party, period, over)


async def pressed(store: Store, speaker: Speaker, about: int, packed: int) -> Report:
    """Return the report that a button means: *about* a link, or 0, for a period.

    Raises:
        LeadsOnly: the speaker is none.
        BadPeriod, NoSuchPartner: it is no button of this chat's.
    """
    party = reader(speaker)
    links = await store.links_ever(party) if about else []
    over = next((each for each in links if each.id == about), None)
    if about and over is None:
        raise NoSuchPartner("")
    period = Period.unpacked(packed, today(store.now, zone_of(party, over)))
    return await report(store, party, period, over)


def zone_of(party: Party, over: Link | None) -> str:
    """Return by whose clocks days begin: over a link by the upper's, as both ends read the same."""
    return over.upper.timezone if over else party.timezone


def called(links: Sequence[Link], party: Party, words: str) -> Link | None:
    """Return the link to the neighbour that is called so: by name, code or key.

    Of several the one is meant that goes on, and has the first rank.
    """
    wanted = " ".join(words.casefold().split())
    found = [
        each
        for each in links
        for neighbour in [each.lower if each.upper_id == party.id else each.upper]
        if wanted
        in {neighbour.name.casefold(), neighbour.code.casefold(), neighbour.key.casefold()}
    ]
    return min(found, key=lambda each: each.standing is Standing.ENDED, default=None)


async def report(store: Store, party: Party, period: Period, over: Link | None = None) -> Report:
    """Return what the tickets of *party*, or those *over* one of its links, come to."""
    of = Scope.over(over) if over else Scope(party=party.id)
    bare = Report(party, period, over, NOTHING, NOTHING, ())
    now, before = periods(bare)
    return replace(
        bare,
        now=(await store.totals(of, now)).get(0, NOTHING),
        before=(await store.totals(of, before)).get(0, NOTHING),
        levels=await levels(store, party, over, now, before),
    )


def within(period: Period, zone: str) -> Within:
    """Return a period as moments, by the clocks of a time zone."""
    return Within(*period.moments(zone))


async def levels(
    store: Store, party: Party, over: Link | None, now: Within, before: Within
) -> list[Level]:
    """Return how long each level that the reader may know of had the move, from the top."""
    one, other = [
        await (times_over(store, party, over, each) if over else times_of(store, party, each))
        for each in (now, before)
    ]
    found = [
        Level(*level, one.get(level, {}), other.get(level, {}))
        for level in sorted({*one, *other}, key=lambda each: (ORDER.index(each[0]), each[1]))
    ]
    return [each for each in found if whole(each.now) or whole(each.before)]


#: Whose time, on which level if it is further down, and of whom.
Of = tuple[Whose, int, str | None]
ORDER: Final = [*Whose]


async def times_of(store: Store, party: Party, when: Within) -> dict[Of, Times]:
    """Return the time of a party, of its neighbours, and of all levels of its own cases."""
    own, lowers = Scope(party=party.id), Scope(upper=party.id)
    first = await store.time_by_level(party, when)
    return {
        (Whose.CLIENT, 0, None): first.get(0, {}),
        (Whose.UPPER, 0, None): await store.time_above(own, when),
        (Whose.OWN, 0, party.name): added(first.get(1, {}), await store.time(own, when)),
        (Whose.LOWER, 0, None): added(first.get(NEAR, {}), await store.time(lowers, when)),
        **{(Whose.FURTHER, level, None): times for level, times in first.items() if level > NEAR},
    }


async def times_over(store: Store, party: Party, link: Link, when: Within) -> dict[Of, Times]:
    """Return the time of both ends of a link, in cases that went over it."""
    lower = party.id == link.lower_id
    above = Whose.UPPER if lower else Whose.OWN
    below = Whose.OWN if lower else Whose.LOWER
    of = Scope.over(link)
    return {
        (above, 0, link.upper.name): await store.time_above(of, when),
        (below, 0, link.lower.name): await store.time(of, when),
    }


async def partners(store: Store, found: Report) -> list[Partner]:
    """Return what came from each partner and from clients, and then what went to each."""
    party, (when, _before) = found.party, periods(found)
    links = {each.id: each for each in await store.links_ever(party)}
    own = {0: found.now} if found.now != NOTHING else {}  # where all comes from clients
    if any(each.lower_id == party.id for each in links.values()):
        own = await store.totals(Scope(party=party.id), when, by_link=True)
    below = await store.totals(Scope(upper=party.id), when, by_link=True)
    places = {each: place for place, each in enumerate((0, *links))}
    return [
        Partner(links.get(each), totals[each])
        for totals in (own, below)
        for each in sorted(totals, key=places.__getitem__)
    ]


def periods(found: Report) -> tuple[Within, Within]:
    """Return the period of a report, and the one before, as moments."""
    return within(found.period, found.zone), within(found.period.before, found.zone)


async def tickets(store: Store, found: Report) -> list[Counted]:
    """Return the very tickets that a report counts, those offered last first; ``MOST`` at most."""
    when, _before = periods(found)
    rows = [each for of in found.scopes for each in await store.counted(of, when, MOST + 1)]
    rows.sort(key=lambda each: (each.tally.opened_at, each.tally.ticket_id), reverse=True)
    return rows[: MOST + 1]
