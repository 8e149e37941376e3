"""How work goes down the chain: a case is opened, offered, and passed on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from relay import deadlines, homes, outbox, writing
from relay.card import NO_WORDS, SUBJECT
from relay.endings import rivals_end
from relay.making import OFFER, find, log, make, may, settled
from relay.moves import IN_HAND, RULES, Move, State, Who
from relay.outbox import Notice
from relay.refusals import (
    Ended,
    NoLink,
    NotYours,
    OnThePath,
)
from relay.speaker import TERMS, Speaker, who_is
from relay.store import Store
from relay.tables import (
    Case,
    Client,
    Equipment,
    Event,
    Forward,
    Link,
    Message,
    Offering,
    Party,
    Ticket,
)
from relay.text import shortened


async def ways_on(store: Store, speaker: Speaker, ticket_id: int) -> list[Link]:
    """Return the links over which the speaker may pass a ticket on: those made for it first.

    Raises:
        NoSuchTicket, NotYours, NotNow: as ``pass_on``.
    """
    ticket = await find(store, speaker, ticket_id)
    await may(store, ticket, Move.PASS_ON, speaker)
    found = await candidates(store, ticket)
    return sorted(found, key=lambda link: not fits(link, ticket.case))


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
    **known: Any,
) -> Ticket:
    """Make a client's message a case, with a ticket of the party they ask.

    What it is about may be known, and with that where help is needed; what else is *known* goes
    by the names that it has in the case.
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
        **known,
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
        required=True,
        used=timedelta(),
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
    return (await pass_over(store, by, ticket, [link], most))[0]


async def offer_to_all(store: Store, by: Speaker, ticket_id: int) -> list[Ticket]:
    """Offer the work to all whom it is for at once: the first who takes it has it.

    Raises:
        NoSuchTicket, NotYours, NotNow: as ``pass_on``.
        NoLink: there is nobody.
    """
    ticket = await find(store, by, ticket_id)
    await may(store, ticket, Move.PASS_ON, by)
    links = [link for link in await candidates(store, ticket) if fits(link, ticket.case)]
    if not links:
        raise NoLink(ticket.number)
    return await pass_over(store, by, ticket, links)


async def wait_for(store: Store, by: Speaker, ticket_id: int, *, needed: bool) -> Ticket:
    """Say whether one's own result has to wait for that of a party below.

    Raises:
        NoSuchTicket: it is none of this chat's.
        NotYours: it takes a lead of the party above.
        Ended: it is over.
    """
    ticket = await find(store, by, ticket_id)
    if not who_is(by, ticket) & Who.UPPER_LEAD:
        raise NotYours(ticket.number, Move.PASS_ON, bool(who_is(by, ticket) & Who.UPPER))
    if not ticket.open:
        raise Ended(ticket.number)
    ticket.required = needed
    await outbox.refresh(store, ticket.case, f"needed-{ticket.id}-{store.now.timestamp()}")
    return ticket


async def pass_over(
    store: Store, by: Speaker, ticket: Ticket, links: list[Link], most: int | None = None
) -> list[Ticket]:
    """Offer the work over these links; of several tickets one alone is to be taken."""
    if ticket.state is State.OFFERED:
        await make(store, ticket, Move.TAKE, by)
        await rivals_end(store, ticket)
    event = await make(store, ticket, Move.PASS_ON, by)
    return await offer_below(store, ticket, links, event, most)


async def offer_below(
    store: Store, ticket: Ticket, links: list[Link], event: Event, most: int | None
) -> list[Ticket]:
    """Offer what hangs on a ticket over these links, because of an *event*."""
    below = [await offer(store, ticket.case, each.lower, ticket, each, most) for each in links]
    if len(below) > 1:
        for each in below:
            each.batch = below[0].id
    warn_of_promises(store, ticket, below)
    await settled(store, ticket, event)
    if len(below) == 1:  # of several, one has to take it first
        await run_down(store, below[0])
    return below


def warn_of_promises(store: Store, ticket: Ticket, below: list[Ticket]) -> None:
    """Tell a party whose own deadline is earlier than what those below promise."""
    for each in below:
        until = deadlines.promised(each.link, store.now) if each.link else None
        if until and ticket.due_at and until > ticket.due_at and ticket.state in IN_HAND:
            outbox.notice(
                store,
                Notice.LATE_PROMISE,
                str(each.id),
                ticket.party.place,
                ticket,
                lower=each.id,
                until=int(until.timestamp()),
                due=int(ticket.due_at.timestamp()),
            )


async def candidates(store: Store, ticket: Ticket) -> list[Link]:
    """Return the links over which a ticket could be passed on now, the best first."""
    busy = {each.party_id for each in (*ticket.path, *ticket.open_lowers)}
    return [link for link in await store.links_down(ticket.party) if link.lower_id not in busy]


def fits(link: Link, case: Case) -> bool:
    """Say whether a link is for cases like this one: all that it names has to be so."""
    of = case.equipment
    known: dict[str, list[str | None]] = {
        "region": [case.region],
        "kind": [case.kind],
        "equipment": [of.code, of.model] if of else [],
    }
    return all(
        {each.casefold() for each in known.get(key, []) if each}
        & {each.casefold() for each in wanted}
        for key, wanted in link.match.items()
    )


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
    found = [link for link in await candidates(store, ticket) if fits(link, ticket.case)]
    if found and found[0].forward is Forward.AUTO:
        everybody = ticket.party.offer is Offering.ALL
        await pass_over(store, TERMS, ticket, found if everybody else found[:1])


async def move_on(store: Store, ended: Ticket) -> None:
    """Offer what somebody did not take to the next one; without one, its upper decides."""
    upper = ended.upper
    if upper is None or upper.state not in RULES[Move.RESOLVE].before:
        return
    if ended.batch and any(each.batch == ended.batch for each in upper.open_lowers):
        return  # others may take it yet
    tried = {each.party_id for each in upper.lowers}
    for link in await candidates(store, upper):
        if link.lower_id not in tried and fits(link, upper.case):
            event = await store.last_event(ended)
            assert event is not None  # noqa: S101 - it has just ended
            most = await writing.story_of(store, ended, link)
            [below] = await offer_below(store, upper, [link], event, most)
            below.required = ended.required
            return
    outbox.notice(
        store,
        Notice.NOBODY_LEFT,
        str(ended.id),
        upper.party.place,
        upper,
        urgent=True,
        last=upper.lowers[-1].id,
    )
