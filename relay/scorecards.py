"""Scorecards: how one's partners do, ranked; and how one does oneself, for each who passes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from relay.periods import Period, split, today
from relay.refusals import Amiss, BadPeriod
from relay.reports import NOTHING, reader, within, zone_of
from relay.speaker import Speaker
from relay.store import Scope, Store
from relay.tables import Link, Party, Standing
from relay.totals import Totals

PERIODS: Final = 4  #: of which a trend is told


@dataclass(frozen=True)
class Scorecard:
    """What the tickets that came over one link in a period come to, for both of its ends."""

    link: Link | None  #: none: clients are the upper
    lower: Party
    totals: Totals
    trend: Sequence[float | None]  #: the share in time, period by period, the last one this
    place: int = 0  #: from 1, among the partners of the upper; 0: nothing was closed


@dataclass(frozen=True)
class Partners:
    """How those below a party do in a period, and how it does itself."""

    party: Party
    period: Period
    below: Sequence[Scorecard]
    own: Sequence[Scorecard]


async def asked(store: Store, speaker: Speaker, words: str) -> Partners:
    """Return the scorecards of the period that *words* mean.

    Raises:
        LeadsOnly: the speaker is none.
        BadPeriod: the words mean none.
    """
    party = reader(speaker)
    period, rest = split(words, today(store.now, party.timezone))
    if rest:
        raise BadPeriod(words.strip(), Amiss.UNREAD)
    return await partners(store, party, period)


async def pressed(store: Store, speaker: Speaker, packed: int) -> Partners:
    """Return the scorecards that a button means.

    Raises:
        LeadsOnly: the speaker is none.
        BadPeriod: it is no button of ours.
    """
    party = reader(speaker)
    period = Period.unpacked(packed, today(store.now, party.timezone))
    return await partners(store, party, period)


async def partners(store: Store, party: Party, period: Period) -> Partners:
    """Return the scorecards of all that work for a party, and its own."""
    below = await scorecards(store, party, period)
    return Partners(party, period, below, await own_cards(store, party, period))


async def scorecards(store: Store, party: Party, period: Period) -> list[Scorecard]:
    """Return the scorecards of a party's lowers, the best first.

    Who keeps more promised times comes first; then who is rated higher; then who is sent less
    back; then who has closed more. Who has closed nothing comes last, and has no place.
    """
    cards = await cards_of(store, party, period, Scope(upper=party.id))
    ranked = sorted(cards, key=lambda each: standing(each.totals))
    return [
        replace(each, place=place if each.totals.closed else 0)
        for place, each in enumerate(ranked, 1)
    ]


async def own_cards(store: Store, party: Party, period: Period) -> list[Scorecard]:
    """Return a party's own scorecard for each of its uppers, as those read it, and for clients."""
    return await cards_of(store, party, period, Scope(party=party.id))


async def cards_of(store: Store, party: Party, period: Period, of: Scope) -> list[Scorecard]:
    """Return a scorecard for each link over which tickets came, or may come, in order."""
    above = of.upper is None
    links: list[Link | None] = [
        each
        for each in await store.links_ever(party)
        if (each.lower_id if above else each.upper_id) == party.id
    ]
    counted = {
        zone: (
            await store.totals(of, within(period, zone), by_link=True),
            [await store.kept(of, within(each, zone)) for each in period.back(PERIODS)],
        )
        for zone in sorted({zone_of(party, each) for each in [None, *links]})
    }
    cards = list[Scorecard]()
    for link in [*([None] if above else []), *links]:
        key, lower = (link.id, link.lower) if link else (0, party)
        totals, shares = counted[zone_of(party, link)]
        if key in totals or (link and link.standing is not Standing.ENDED):
            trend = [share(*each.get(key, (0, 0))) for each in shares]
            cards.append(Scorecard(link, lower, totals.get(key, NOTHING), trend))
    return cards


def standing(totals: Totals) -> tuple[bool, float, float, float, int]:
    """Order what was closed: the best first. What is not known is worse than anything known."""
    return (
        not totals.closed,
        -1 if totals.in_time is None else -1 - totals.in_time,
        -(totals.rating or 0),
        totals.rework or 0,
        -totals.closed,
    )


def share(promised: int, kept: int) -> float | None:
    """Return the share in time; none: nothing was promised."""
    return kept / promised if promised else None
