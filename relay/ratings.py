"""Stars: how good the work was, as the one above saw it."""

from __future__ import annotations

from typing import Final

from relay import outbox
from relay.making import admit, find, inquire, log, settled
from relay.moves import RULES, Move, State, Who
from relay.outbox import Notice
from relay.refusals import (
    AlreadyRated,
    NotNow,
    NotYours,
)
from relay.speaker import Speaker, who_is
from relay.store import Store
from relay.tables import (
    Message,
    Ticket,
)

FEW: Final = 2  #: stars that ask for a reason
RATE: Final = "rate"
STARS: Final = "stars"  #: a question: why so few


async def rate(store: Store, by: Speaker, ticket_id: int, stars: int) -> Ticket:
    """Say how good the work was, from 1 to 5 *stars*: once, and few of them ask for a reason.

    Raises:
        NotYours: only the one above rates.
        NotNow: the ticket is not closed, or was accepted by nobody in person.
        AlreadyRated: it has its stars.
    """
    ticket = await find(store, by, ticket_id)
    if not who_is(by, ticket) & RULES[Move.ACCEPT].who:
        raise NotYours(ticket.number, Move.ACCEPT, bool(who_is(by, ticket) & Who.UPPER))
    await admit(store, by, ticket.party)
    if ticket.stars is not None:
        raise AlreadyRated(ticket.number)
    if ticket.state is not State.CLOSED or not 1 <= stars <= 5:
        raise NotNow(ticket.number, Move.ACCEPT, ticket.state)
    ticket.stars = stars
    event = await log(store, ticket, RATE, ticket.state, by)
    await tell_rating(store, ticket, Notice.RATED, str(event.id), stars=stars)
    if not ticket.upper:
        for lower in ticket.case.tickets:
            if lower.link and lower.link.client_rating and lower.state is State.CLOSED:
                outbox.notice(
                    store,
                    Notice.CLIENT_RATED,
                    str(event.id),
                    lower.party.place,
                    lower,
                    stars=stars,
                )
    if stars <= FEW:
        await inquire(store, by, ticket, STARS)
    return await settled(store, ticket, event)


async def explain_stars(store: Store, by: Speaker, ticket: Ticket, words: Message) -> Ticket:
    """Say why there were so few stars."""
    ticket.stars_why = words.said.text.plain or None
    await store.flush()
    await tell_rating(store, ticket, Notice.STARS_WHY, str(words.id), message=words)
    return ticket


async def tell_rating(
    store: Store,
    ticket: Ticket,
    what: Notice,
    why: str,
    *,
    stars: int | None = None,
    message: Message | None = None,
) -> None:
    """Tell the rated party, and the first one, who sees every rating of its cases."""
    top = ticket.path[0]
    above = ticket.upper
    for reader in {ticket.id: ticket, top.id: top}.values():
        if above is None or reader.id != above.id:  # who rated knows
            outbox.notice(
                store,
                what,
                why,
                reader.party.place,
                reader,
                message=message,
                stars=stars,
                rated=ticket.number,
            )
