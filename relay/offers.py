"""How work goes down the chain: a case is opened, offered, and passed on."""

from __future__ import annotations

from relay import homes, outbox, writing
from relay.card import NO_WORDS, SUBJECT
from relay.making import OFFER, find, log, make, may, settled
from relay.moves import Move, State
from relay.refusals import (
    NoLink,
    OnThePath,
)
from relay.speaker import TERMS, Speaker
from relay.store import Store
from relay.tables import (
    Case,
    Client,
    Equipment,
    Forward,
    Link,
    Message,
    Party,
    Ticket,
)
from relay.text import shortened


async def ways_on(store: Store, speaker: Speaker, ticket_id: int) -> list[Link]:
    """Return the links over which the speaker may pass a ticket on.

    Raises:
        NoSuchTicket, NotYours, NotNow: as ``pass_on``.
    """
    ticket = await find(store, speaker, ticket_id)
    await may(store, ticket, Move.PASS_ON, speaker)
    return await candidates(store, ticket)


async def story(store: Store, speaker: Speaker, ticket_id: int, to: int) -> int:
    """Return how many messages a party would read when a ticket is passed on *to* it."""
    ticket = await find(store, speaker, ticket_id)
    return len(await writing.story(store, ticket, await way_down(store, ticket, to)))


async def open_case(
    store: Store,
    client: Client,
    party: Party,
    request: Message,
    equipment: Equipment | None = None,
) -> Ticket:
    """Make a client's message a case, with a ticket of the party they ask.

    What it is about may be known, and with that where help is needed.
    """
    subject = shortened(request.said.text.plain, SUBJECT) or NO_WORDS
    case = Case(
        bot=store.bot,
        client_id=client.id,
        client=client,
        subject=subject,
        opened_at=store.now,
        equipment=equipment,
        region=(equipment.region or None) if equipment else None,
        tickets=[],
    )
    await store.opens_case(case, request)
    ticket = await offer(store, case, party)
    event = await store.last_event(ticket)
    assert event is not None  # noqa: S101 - offer has just logged it
    outbox.opening(store, ticket, str(event.id), client.place)
    writing.origin(store, request, ticket)
    await run_down(store, ticket)
    return ticket


async def offer(
    store: Store,
    case: Case,
    party: Party,
    upper: Ticket | None = None,
    link: Link | None = None,
    most: int | None = None,
) -> Ticket:
    """Give a party a ticket that it has not taken yet; its card carries the request.

    Of what was said since then it gets the *most* recent messages, or all.
    """
    serial = await store.next_serial(party)
    ticket = Ticket(
        bot=store.bot,
        case=case,
        party=party,
        upper=upper,
        link=link,
        serial=serial,
        number=f"{party.code}-{serial}",
        state=State.OFFERED,
        since=store.now,
        taken=False,
        rework=0,
        reopened=False,
    )
    await store.opens(ticket)
    event = await log(store, ticket, OFFER, State.OFFERED, TERMS)
    outbox.opening(store, ticket, str(event.id), party.place)
    await writing.show_request(store, ticket, most)
    await homes.offered(store, ticket)
    return ticket


async def pass_on(
    store: Store,
    by: Speaker,
    ticket: Ticket,
    words: Message | None = None,
    to: int | None = None,
    most: int | None = None,
) -> Ticket:
    """Offer the work to a party below: to the one named, or to the one that ranks first.

    It reads the *most* recent messages of the story so far, or all of it.

    Raises:
        NotYours, NotNow: see ``may``.
        NoLink: no active link leads there.
        OnThePath: that party has the case already.
    """
    await may(store, ticket, Move.PASS_ON, by)
    link = await way_down(store, ticket, to)
    if ticket.state is State.OFFERED:
        await make(store, ticket, Move.TAKE, by)
    event = await make(store, ticket, Move.PASS_ON, by)
    below = await offer(store, ticket.case, link.lower, ticket, link, most)
    await settled(store, ticket, event)
    await run_down(store, below)
    return below


async def candidates(store: Store, ticket: Ticket) -> list[Link]:
    """Return the links over which a ticket could be passed on now, the best first."""
    busy = {each.party_id for each in (*ticket.path, *ticket.open_lowers)}
    return [link for link in await store.links_down(ticket.party) if link.lower_id not in busy]


async def way_down(store: Store, ticket: Ticket, to: int | None) -> Link:
    """Return the link to the party *to*, or the first that there is."""
    links = await store.links_down(ticket.party)
    wanted = next((link for link in links if to is None or link.lower_id == to), None)
    if wanted is None:
        raise NoLink(ticket.number)
    free = await candidates(store, ticket)
    link = next((link for link in free if to is None or link.lower_id == to), None)
    if link is None:
        raise OnThePath(wanted.lower.name)
    return link


async def run_down(store: Store, ticket: Ticket) -> None:
    """Pass a fresh ticket on at once where the best link says so."""
    best = next((each for each in await candidates(store, ticket) if not each.match), None)
    if best and best.forward is Forward.AUTO:
        await pass_on(store, TERMS, ticket, to=best.lower_id)
