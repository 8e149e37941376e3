"""Corrections: an edit reaches every copy, and changes nothing else; or all of it is taken back."""

from __future__ import annotations

from relay import intake, making, outbox, writing
from relay.card import NO_WORDS, SUBJECT, carries
from relay.channel import Ref
from relay.content import LIVE, Content
from relay.refusals import Already, NotSaid
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Message, Part, Purpose
from relay.text import shortened


async def edit(store: Store, speaker: Speaker, content: Content, ref: Ref) -> bool:
    """Let a correction reach every copy; say whether there was anything to correct.

    A correction changes what was written down from its message, and nothing else: it runs no
    command and opens nothing.

    Raises:
        Blocked: by a client whom the party that they asked does not hear any more.
    """
    part = await store.part(speaker.lane, ref)
    message = await said_here(store, speaker, part)
    if part is None or message is None:
        return await intake.correct(store, speaker, content, ref)
    if message.case_id:
        first = writing.first(await store.case(message.case_id))
        await making.admit(store, speaker, first.party)
    content = message.said.with_item(part.number, content)
    if alike(message.said, content):
        return False
    await corrected(store, message, content, shortened(content.text.plain, SUBJECT))
    return True


async def retract(store: Store, speaker: Speaker, ref: Ref | None) -> None:
    """Take a message back everywhere: what has arrived goes away, what has not never leaves.

    Raises:
        NotSaid: nothing that was passed on, or by somebody else.
        Already: it is taken back.
    """
    part = await store.part(speaker.lane, ref) if ref else None
    message = await said_here(store, speaker, part)
    if message is None:
        raise NotSaid
    mine = message.person_id == (speaker.person.id if speaker.person else None)
    if not mine and not speaker.lead:
        raise NotSaid(message.person.name if message.person else None)
    if message.said.withdrawn:
        raise Already
    await withdraw(store, message)


async def withdraw(store: Store, message: Message) -> None:
    """Take back a message, what belongs to it, and what is quoted from it."""
    for copy in await store.copies(message):
        copy.waits = False
    await corrected(store, message, Content(withdrawn=True), NO_WORDS)
    for reply in await store.replies_to(message):
        if reply.said.withdrawn:
            continue
        if reply.said.late or (reply.purpose is Purpose.RESULT and reply.person_id is None):
            await withdraw(store, reply)
        elif reply.said.quote:
            made = await store.copies(reply)
            outbox.edits(store, reply, made, why=f"quoted-{message.id}")


async def said_here(store: Store, speaker: Speaker, part: Part | None) -> Message | None:
    """Return the message of which something in the speaker's chat is the original."""
    message = await store.message(part.message_id) if part and part.message_id else None
    return message if message and message.place == speaker.place else None


async def corrected(store: Store, message: Message, content: Content, subject: str) -> None:
    """Let a message be what it is now, wherever it stands or is still to arrive."""
    if message.case_id:
        case = await store.case(message.case_id)
    message.content, message.version = content.packed(), message.version + 1
    store.touch(message.case_id)
    made = await store.copies(message)
    if message.case_id and message.purpose is Purpose.REQUEST:
        for copy in made:
            copy.on_card = copy.on_card and (carries(content) or content.withdrawn)
        case.subject = subject or case.subject
        await outbox.refresh(store, case, f"edit-{message.id}-{message.version}")
    outbox.edits(store, message, made)


def alike(before: Content, now: Content) -> bool:
    """Say whether an edit changes nothing that is shown: the moves of a live location do not."""
    lives = before.media is not None and bool(before.media.facts.get(LIVE))
    return before.withdrawn or before == now or (lives and now.kinds == before.kinds)
