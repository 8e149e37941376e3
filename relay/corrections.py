"""Corrections: an edit reaches every copy, and changes nothing else."""

from __future__ import annotations

from relay import outbox
from relay.card import SUBJECT, carries
from relay.channel import Ref
from relay.content import LIVE, Content
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Purpose
from relay.text import shortened


async def edit(store: Store, speaker: Speaker, content: Content, ref: Ref) -> bool:
    """Let a correction reach every copy; say whether there was anything to correct.

    A correction changes what was written down from its message, and nothing else: it runs no
    command and opens nothing.
    """
    part = await store.part(speaker.lane, ref)
    message = await store.message(part.message_id) if part and part.message_id else None
    if part is None or message is None or message.place != speaker.place:
        return False
    content = message.said.with_item(part.number, content)
    if alike(message.said, content):
        return False
    if message.case_id:
        case = await store.case(message.case_id)
    message.content, message.version = content.packed(), message.version + 1
    made = await store.copies(message)
    if message.case_id and message.purpose is Purpose.REQUEST:
        for copy in made:
            copy.on_card = copy.on_card and carries(content)
        case.subject = shortened(content.text.plain, SUBJECT) or case.subject
        await outbox.refresh(store, case, f"edit-{message.id}-{message.version}")
    outbox.edits(store, message, made)
    return True


def alike(before: Content, now: Content) -> bool:
    """Say whether an edit changes nothing that is shown: the moves of a live location do not."""
    lives = before.media is not None and bool(before.media.facts.get(LIVE))
    return before.withdrawn or before == now or (lives and now.kinds == before.kinds)
