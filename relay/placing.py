"""Where the messages of clients belong, once that is known."""

from __future__ import annotations

from relay import tickets, writing
from relay.moves import Move, State
from relay.reading import Towards
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Message, Purpose, Ticket


async def place(store: Store, speaker: Speaker, message: Message, ticket: Ticket) -> None:
    """Put a client's message where it belongs: what waits for an answer is answered by it."""
    if ticket.state is State.WAITING:
        message.purpose, message.about_id, message.move = Purpose.ANSWER, ticket.id, Move.ANSWER
        await tickets.answer(store, speaker, ticket, message)
    else:
        await writing.spread(store, message, ticket.case, Towards.DOWN)


async def own_part(store: Store, message: Message, ticket: Ticket) -> None:
    """Note which ticket the author's own message belongs to, now that it is known."""
    for part in await store.parts(message.id, message.place):
        part.ticket_id = ticket.id


async def follow(store: Store, speaker: Speaker, message: Message, ticket: Ticket) -> None:
    """Put what belongs to a client's message where that belongs: late parts of its album."""
    for late in await unplaced(store, message):
        late.case_id = ticket.case_id
        await own_part(store, late, ticket)
        await place(store, speaker, late, ticket)


async def unplaced(store: Store, message: Message) -> list[Message]:
    """Return what was said in reply to a client's message that has no place yet, in order.

    Those are late parts of its album, and what was added while its client was being asked.
    """
    found = []
    for reply in await store.replies_to(message):
        if reply.case_id is None and not reply.said.withdrawn:
            found += [reply, *await unplaced(store, reply)]
    return sorted(found, key=lambda each: each.id)
