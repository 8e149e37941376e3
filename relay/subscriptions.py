"""Subscriptions: leads say which report is to come by itself, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relay import rhythms
from relay.changing import leading
from relay.refusals import BadSubscription, ManySubscriptions, NoSubscription, SoAlready
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Subscription

MOST: Final = 10  #: subscriptions of a party
REPORTS: Final = frozenset({"report", "reports", "отчет", "отчёт", "отчеты", "отчёты"})


async def subscribe(store: Store, speaker: Speaker, words: str) -> Subscription:
    """Let a report come to the speaker's chat, as *words* say: ``report weekly Mon 09:00``.

    Raises:
        LeadsOnly, NotHere: somebody else decides about it.
        BadSubscription: the words say nothing like it.
        SoAlready: it comes already.
        ManySubscriptions: there cannot be more.
    """
    party = leading(speaker)
    what, _, rest = words.strip().partition(" ")
    rhythm = rhythms.read(rest) if what.lower() in REPORTS else None
    if rhythm is None:
        raise BadSubscription(words)
    there = await store.subscriptions(party)
    if any(each.rhythm == rhythm for each in there):
        raise SoAlready
    if len(there) >= MOST:
        raise ManySubscriptions(MOST)
    made = Subscription(
        bot=store.bot,
        party_id=party.id,
        person_id=speaker.person.id if speaker.person else None,
        every=rhythm.every,
        day=rhythm.day,
        at=rhythm.at,
        next_at=rhythm.next(store.now, party.timezone),
    )
    await store.add(made)
    return made


async def of_party(store: Store, speaker: Speaker) -> Sequence[Subscription]:
    """Return what the speaker's party has subscribed to.

    Raises:
        LeadsOnly, NotHere: as ``subscribe``.
    """
    return await store.subscriptions(leading(speaker))


async def stop(store: Store, speaker: Speaker, about: int) -> None:
    """Let a report come no more.

    Raises:
        LeadsOnly, NotHere: who or where.
        NoSubscription: it does not come here.
    """
    party = leading(speaker)
    found = await store.subscription(about)
    if found is None or found.party_id != party.id:
        raise NoSubscription
    await store.unsubscribe(found)
