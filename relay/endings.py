"""How tickets end that nobody finished: each chat is told, and what has not left does not leave."""

from __future__ import annotations

from relay import outbox
from relay.making import log, settled
from relay.moves import RULES, Move, State
from relay.outbox import Notice
from relay.speaker import TERMS, Speaker
from relay.store import Store
from relay.tables import Delivery, Doing, Ticket


async def end_below(store: Store, ticket: Ticket, move: Move, by: Speaker) -> None:
    """End every open ticket below, and tell each chat; why is between those who know each other."""
    await nothing_leaves(store, ticket)
    for lower in ticket.open_lowers:
        event = await log(store, lower, move, RULES[move].after, by)
        await end_below(store, lower, move, by)
        outbox.notice(
            store, Notice.ENDED, str(event.id), lower.party.place, lower, state=lower.state
        )


async def no_longer_needed(store: Store, ticket: Ticket) -> None:
    """End what is open below a ticket that does not wait for it: it is closed.

    Who says already that it is done has done it.
    """
    for lower in ticket.open_lowers:
        place = lower.party.place
        if lower.state is State.RESOLVED:
            event = await log(store, lower, Move.ACCEPT, State.CLOSED, TERMS)
            outbox.notice(store, Notice.ACCEPTED, str(event.id), place, lower, unseen=True)
            await no_longer_needed(store, lower)
            continue
        event = await log(store, lower, Move.RECALL, State.RECALLED, TERMS)
        await end_below(store, lower, Move.RECALL, TERMS)
        outbox.notice(store, Notice.NOT_NEEDED, str(event.id), place, lower)


async def rivals_end(store: Store, taken: Ticket) -> None:
    """Take back what was offered to others at the same time: one has taken it."""
    for each in taken.upper.open_lowers if taken.upper and taken.batch else ():
        if each.batch == taken.batch and each is not taken:
            event = await log(store, each, Move.RECALL, State.RECALLED, TERMS)
            await nothing_leaves(store, each)
            place = each.party.place
            outbox.notice(store, Notice.TAKEN_ELSEWHERE, str(event.id), place, each)


async def give_back(store: Store, ticket: Ticket) -> None:
    """Give an open ticket back to the one above: the link over which it came has ended."""
    event = await log(store, ticket, Move.RECALL, State.RECALLED, TERMS)
    await end_below(store, ticket, Move.RECALL, TERMS)
    await settled(store, ticket, event)


async def nothing_leaves(store: Store, ticket: Ticket) -> None:
    """Let what has not left for the chat of a ticket not leave any more."""
    for late in await store.cancel(ticket.id, ticket.party.place):
        await never_left(store, late)


async def never_left(store: Store, late: Delivery) -> None:
    """Let a chat whose ticket has ended not be owed a message any more.

    Its author is told, unless others have it: to them it was not about that ticket alone.
    """
    message = await store.message(late.message_id) if late.message_id else None
    copy = await store.copy(message.id, late.place) if message else None
    if message is None or copy is None:
        return
    if not copy.version and late.doing is Doing.COPY:  # else it may be on its way
        await store.drop(copy)
    if any(not each.origin for each in await store.copies(message)):
        await outbox.hasten_receipts(store, {message.id})
    else:
        outbox.notice(
            store,
            Notice.UNDELIVERED,
            str(late.id),
            message.place,
            None,
            message=message,
            reason=late.reason,
        )
