"""Where chats are: one that moved, one that cannot be reached, one that can again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from relay import outbox
from relay.channel import Reason
from relay.outbox import Notice
from relay.store import Store
from relay.tables import Lane, Ticket

FIRST_HOLD: Final = timedelta(minutes=5)  #: until a chat that could not be reached is tried
LONGEST_HOLD: Final = timedelta(hours=6)
REMINDER: Final = timedelta(days=1)
MANY: Final = 10  #: tickets that one notice names


async def moved(store: Store, old: str, new: str) -> None:
    """Let a chat live at *new*; it may be told several times, and by several ways.

    The new chat knows none of the old messages, so every open ticket gets a card there.
    """
    if old == new or await store.home(old) == new:
        return
    await store.moves(old, new)
    for ticket in await tickets_of(store, new):
        await outbox.refresh_one(store, ticket, new, "moved")


async def lost(store: Store, place: str, reason: Reason) -> None:
    """Let what is for a chat wait, and tell those beside it: once, and then once a day."""
    lane = await store.lane(place)
    before = lane.pause if lane else None
    pause = min(before * 2, LONGEST_HOLD) if before else FIRST_HOLD
    lane = await store.hold(place, reason, store.now + pause, pause)
    await tell(store, lane, Notice.HELD, await tickets_of(store, place))


async def found(store: Store, place: str) -> None:
    """Let what waited for a chat go on; those beside it are told when something has arrived."""
    await store.release(place)
    lane = await store.lane(place)
    if lane:
        lane.pause = None
    await quiet(store, place)


async def quiet(store: Store, place: str) -> None:
    """Tell those beside a chat that it can be reached, if nothing is left to arrive and show it."""
    lane = await store.lane(place)
    if lane and lane.held_since and not (lane.held or lane.pause) and not await store.waits(place):
        await reached(store, lane)


async def heard(store: Store, place: str) -> None:
    """Let what waited for a chat go on: whoever blocked or removed us does not write to us."""
    lane = await store.lane(place)
    if lane and lane.held_since and lane.held in {Reason.BLOCKED, Reason.REMOVED, None}:
        await found(store, place)


async def reached(store: Store, lane: Lane) -> None:
    """Tell those beside a chat that something has arrived there again."""
    await tell(store, lane, Notice.RELEASED, await tickets_of(store, lane.chat))
    lane.pause = lane.held_since = None  # after it: what is told names since when it lasted


async def offered(store: Store, ticket: Ticket) -> None:
    """Tell who offers a ticket to a chat that cannot be reached now."""
    lane = await store.lane(ticket.party.place)
    if lane and lane.held_since:
        await tell(store, lane, Notice.HELD, [ticket])


async def unseen(store: Store, ticket_id: int, place: str, reason: Reason) -> None:
    """Tell those beside a chat that it may not have got a ticket's card."""
    ticket = await store.ticket(ticket_id)
    if ticket is None:
        return
    for own in beside(ticket, place):
        outbox.notice(
            store,
            Notice.UNSEEN,
            f"{ticket.id}:{int(store.now.timestamp())}",
            own.party.place,
            own,
            reason=reason,
            about=[[own.id, ticket.id]],
            client=ticket.party.place != place,
        )


async def tell(store: Store, lane: Lane, what: Notice, tickets: Sequence[Ticket]) -> None:
    """Tell the chats beside one, and the first party of each case, how it stands with it."""
    since = lane.held_since or store.now
    days = (store.now - since) // REMINDER
    concerned = defaultdict[str, list[tuple[Ticket, Ticket]]](list)
    for ticket in tickets:
        for own in beside(ticket, lane.chat):
            concerned[own.party.place].append((own, ticket))
    for place, pairs in concerned.items():
        own, _far = pairs[0]
        outbox.notice(
            store,
            what,
            f"{lane.chat}:{int(since.timestamp())}:{days}:{own.id if len(tickets) == 1 else 0}",
            place,
            own,
            reason=lane.held,
            about=[[own.id, far.id] for own, far in pairs[:MANY]],
            client=pairs[0][1].party.place != lane.chat,
        )
        for own, _far in pairs:
            await outbox.refresh_one(
                store, own, place, f"{what}-{lane.chat}-{store.now.timestamp()}"
            )


def beside(ticket: Ticket, chat: str) -> list[Ticket]:
    """Return the tickets, each in a chat of its own, whose parties wait for what *chat* does."""
    if ticket.party.place != chat:
        return [ticket]  # it is the client who cannot be reached
    near = (ticket.path[0], ticket.upper, *ticket.open_lowers)
    return [each for each in dict.fromkeys(near) if each and each.party.place != chat]


async def tickets_of(store: Store, place: str) -> Sequence[Ticket]:
    """Return the open tickets of a chat: a party's own, or the first ones of a client's cases."""
    party = await store.party_at(place)
    if party:
        return await store.open_tickets(party)
    client = await store.client_at(place)
    return await store.client_tickets(client, still_open=True) if client else []
