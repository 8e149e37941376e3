"""The log of what is changed of the chain in its chats, and what follows from a change."""

from __future__ import annotations

from typing import Final

from relay import clocks, outbox
from relay.outbox import Notice
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Change, Link, Party, Ticket

PROPOSED: Final = "proposed:"  #: begins what is noted when the other end has yet to agree


async def changed(
    store: Store,
    speaker: Speaker,
    record: Party | Link,
    what: str,
    before: str | None,
    after: str | None,
) -> Change:
    """Keep who has changed what of a party or a link; values are as the chain file says them."""
    change = Change(
        bot=store.bot,
        party_id=speaker.party.id if speaker.party else None,
        link_id=record.id if isinstance(record, Link) else None,
        person_id=speaker.person.id if speaker.person else None,
        what=what,
        before=before,
        after=after,
        at=store.now,
    )
    await store.add(change)
    return change


async def applied(store: Store, party: Party, change: Change) -> None:
    """Let what is open of a party follow its terms, or those of a link of it, as they are now."""
    await clocks.replan(store, party)
    for ticket in await store.open_tickets(party):
        await outbox.refresh(store, ticket.case, f"change-{change.id}")


async def tell_neighbours(store: Store, party: Party, change: Change) -> None:
    """Tell everybody who works with a party what has changed of it."""
    for link in await store.links_of(party):
        tell(store, other_end(link, party), change)


def tell(store: Store, party: Party, change: Change) -> None:
    """Tell a party of a change."""
    outbox.notice(store, Notice.CHANGED, str(change.id), party.place, None, change=change.id)


def tell_end(store: Store, link: Link, change: Change, tickets: list[Ticket]) -> None:
    """Tell both ends of a link that ended what became of the tickets that came over it."""
    for party in (link.upper, link.lower):
        outbox.notice(
            store,
            Notice.LINK_ENDED,
            str(change.id),
            party.place,
            None,
            link=link.id,
            tickets=[each.number for each in tickets],
            above=[each.upper.number for each in tickets if each.upper],
        )


def other_end(link: Link, party: Party) -> Party:
    """Return with whom a party has a link."""
    return link.lower if link.upper_id == party.id else link.upper
