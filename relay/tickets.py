"""What people do to tickets: every move, each a function that takes the store first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from relay import outbox, writing
from relay.endings import end_below, no_longer_needed, nothing_leaves, rivals_end
from relay.making import find, heard_above, heard_below, inquire, make, may, ready_for, settled
from relay.moves import RULES, Move, State, Who
from relay.offers import move_on, pass_on
from relay.outbox import Notice
from relay.speaker import TERMS, Speaker, who_is
from relay.store import Store
from relay.tables import (
    Message,
    Purpose,
    Question,
    Result,
    Ticket,
)


async def take(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Say that one's party does it."""
    event = await make(store, ticket, Move.TAKE, by)
    await rivals_end(store, ticket)
    return await settled(store, ticket, event)


async def decline(
    store: Store, by: Speaker, ticket: Ticket, words: Message | None = None
) -> Ticket:
    """Say that one's party does not do it: the next candidate is offered it, if there is one."""
    event = await make(store, ticket, Move.DECLINE, by, words)
    await heard_above(store, ticket, words)
    await settled(store, ticket, event)
    await move_on(store, ticket)
    return ticket


async def expire(store: Store, ticket: Ticket) -> Ticket:
    """Take an offer back that nobody took in time: the next candidate is offered it."""
    event = await make(store, ticket, Move.EXPIRE, TERMS)
    outbox.notice(
        store, Notice.ENDED, str(event.id), ticket.party.place, ticket, state=ticket.state
    )
    await settled(store, ticket, event)
    await move_on(store, ticket)
    await nothing_leaves(store, ticket)  # what it was to read tells what the next one reads
    return ticket


async def ask(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Ask the one above for something the work needs: it waits until they answer."""
    event = await make(store, ticket, Move.ASK, by, words)
    await heard_above(store, ticket, words)
    return await settled(store, ticket, event)


async def answer(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Answer what the one below asked: the work goes on."""
    event = await make(store, ticket, Move.ANSWER, by, words)
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


async def resolve(
    store: Store, by: Speaker, ticket: Ticket, words: Message | None = None
) -> Ticket:
    """Say what was done; the one above checks it.

    Raises:
        OpenBelow: a party below is still at it.
    """
    await may(store, ticket, Move.RESOLVE, by)
    ready_for(store, ticket, Move.RESOLVE)
    event = await make(store, ticket, Move.RESOLVE, by, words)
    await heard_above(store, ticket, words)
    await settled(store, ticket, event)
    if ticket.link and ticket.link.result is Result.AUTO and words:
        await pass_up(store, ticket, words)
    return ticket


async def pass_up(store: Store, ticket: Ticket, words: Message) -> None:
    """Accept a result unseen and make it the upper's own, as the link agreed."""
    upper = ticket.upper
    assert upper is not None  # noqa: S101 - only a ticket with a link comes here
    event = await make(store, ticket, Move.ACCEPT, TERMS)
    outbox.notice(store, Notice.ACCEPTED, str(event.id), ticket.party.place, ticket)
    await no_longer_needed(store, ticket)
    await settled(store, ticket, event)
    if upper.state in RULES[Move.RESOLVE].before and not upper.awaited:
        above = Speaker(upper.party.place, upper.party.place)
        same = writing.write(
            store,
            above,
            words.said,
            purpose=Purpose.RESULT,
            case=ticket.case,
            ticket=upper,
            about=upper,
            move=Move.RESOLVE,
            reply_to=words.id,
        )
        await resolve(store, TERMS, upper, same)


async def accept(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Accept the result: the ticket is closed, and whoever accepted may rate it."""
    event = await make(store, ticket, Move.ACCEPT, by)
    upper = ticket.upper
    above = upper.party.place if upper else ticket.case.client.place
    unseen = by is TERMS
    outbox.notice(store, Notice.ACCEPTED, str(event.id), ticket.party.place, ticket, unseen=unseen)
    if unseen:
        outbox.notice(store, Notice.UNCHECKED, str(event.id), above, upper or ticket, of=ticket.id)
    elif ticket.stars is None and above != ticket.party.place:  # nobody rates themselves
        outbox.notice(store, Notice.RATE, str(ticket.id), above, ticket, urgent=True)
    await no_longer_needed(store, ticket)
    await settled(store, ticket, event)
    if upper and upper.state in RULES[Move.RESOLVE].before and not upper.awaited:
        result = await store.result(ticket)
        asked = Speaker(above, above, party=upper.party) if unseen else by
        await inquire(store, asked, upper, Move.RESOLVE, ready=result)
    return ticket


async def return_(
    store: Store, by: Speaker, ticket: Ticket, words: Message | None = None
) -> Ticket:
    """Send the result back, and say what is missing."""
    event = await make(store, ticket, Move.RETURN, by, words)
    ticket.rework += 1
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


async def reopen(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Open a closed ticket again: something was wrong after all.

    Raises:
        TooLate: the agreed time for it is over.
        UpperEnded: the ticket above is closed itself.
    """
    await may(store, ticket, Move.REOPEN, by)
    ready_for(store, ticket, Move.REOPEN)
    event = await make(store, ticket, Move.REOPEN, by, words)
    ticket.rework += 1
    ticket.reopened = True
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


async def recall(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Take a ticket back from the one below, and all that hangs on it."""
    event = await make(store, ticket, Move.RECALL, by, words)
    await end_below(store, ticket, Move.RECALL, by)
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


async def cancel(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Call the whole thing off."""
    event = await make(store, ticket, Move.CANCEL, by, words)
    await end_below(store, ticket, Move.CANCEL, by)
    who = who_is(by, ticket)
    if who & Who.CLIENT:
        await heard_below(store, ticket, words)
        outbox.notice(
            store, Notice.ENDED, str(event.id), ticket.party.place, ticket, state=ticket.state
        )
    elif ticket.upper is None:
        await heard_above(store, ticket, words)
    else:
        await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


UseCase = Callable[[Store, Speaker, Ticket, Message | None], Awaitable[Ticket]]


USE_CASES: Final[dict[Move, UseCase]] = {
    Move.TAKE: take,
    Move.DECLINE: decline,
    Move.PASS_ON: pass_on,
    Move.ASK: ask,
    Move.ANSWER: answer,
    Move.RESOLVE: resolve,
    Move.ACCEPT: accept,
    Move.RETURN: return_,
    Move.REOPEN: reopen,
    Move.RECALL: recall,
    Move.CANCEL: cancel,
}


PURPOSES: Final = {
    Move.ASK: Purpose.QUESTION,
    Move.ANSWER: Purpose.ANSWER,
    Move.RESOLVE: Purpose.RESULT,
}


async def press(
    store: Store,
    by: Speaker,
    move: Move,
    ticket_id: int,
    to: int | None = None,
    most: int | None = None,
) -> Ticket | Question:
    """Make a move at the press of a button, or ask for the words that it needs.

    *to* and *most* say to whom a ticket is passed on, and how much of the story.

    Raises:
        NoSuchTicket: the ticket is none of this chat's.
        NotYours, NotNow, …: as the move itself says.
    """
    ticket = await find(store, by, ticket_id)
    who = await may(store, ticket, move, by)
    if move is Move.PASS_ON:
        return await pass_on(store, by, ticket, to=to, most=most)
    if who & RULES[move].words:
        ready_for(store, ticket, move)
        done = [each for each in ticket.lowers if each.state is State.CLOSED]
        lower = next((each for each in done[::-1] if each.since >= ticket.since), None)
        ready = await store.result(lower) if lower and move is Move.RESOLVE else None
        return await inquire(store, by, ticket, move, ready)
    return await USE_CASES[move](store, by, ticket, None)
