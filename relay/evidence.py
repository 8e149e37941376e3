"""What shows that a delivery of which nobody was sure has arrived after all."""

from __future__ import annotations

from relay import outbox
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Delivery, Doing, Part, Progress, Ticket
from relay.writing import Said


async def adopt(store: Store, speaker: Speaker, said: Said) -> Part | None:
    """Take what somebody replies to, words of ours that no part knows, for an unclear delivery.

    Its number and its words have to fit. Then it has arrived: people read it.
    """
    if said.reply_to is None or said.to_ours is None:
        return None
    for line in await store.unclear_in(speaker.lane):
        ticket = await store.ticket(line.ticket_id or 0)
        if ticket and ticket.number == said.number and await fits(store, line, said.to_ours):
            return await arrived(store, line, ticket, said.reply_to)
    return None


async def fits(store: Store, line: Delivery, words: str) -> bool:
    """Say whether a delivery may read like *words*."""
    if line.doing is Doing.CARD:
        return True  # of two that begin with the number, the messages are asked first
    message = await store.message(line.message_id or 0)
    return message is not None and message.said.text.plain in words


async def arrived(store: Store, line: Delivery, ticket: Ticket, ref: str) -> Part:
    """Note that a delivery stands at *ref*; its author is told."""
    line.state, line.reason = Progress.SENT, None
    message = await store.message(line.message_id) if line.message_id else None
    part = Part(
        bot=store.bot,
        lane=line.lane,
        ref=ref,
        place=line.place,
        number=0,
        card=line.doing is Doing.CARD,
        ticket_id=ticket.id,
        message_id=message.id if message else None,
    )
    store.keeps_part(part)
    copy = await store.copy(message.id, line.place) if message else None
    if message and copy:
        copy.version = message.version
        outbox.receipt(store, message, late=True)
        if message.version > 1:  # it may have arrived as it was before
            outbox.edits(store, message, [copy], why=f"found-{ref}")
    return part
