"""What the members of a party say: towards whom it goes, and what it answers."""

from __future__ import annotations

from relay import evidence, making, outbox, questions, tickets, writing
from relay.channel import Ref
from relay.moves import Move, State, Who
from relay.outbox import Notice
from relay.reading import Position, Towards
from relay.refusals import (
    Already,
    Ended,
    NoSuchTicket,
    NothingBelow,
    NotYet,
    Unknown,
)
from relay.speaker import Speaker, who_is
from relay.store import Store
from relay.tables import Message, Part, Purpose, Ticket
from relay.writing import Said

WAYS = (Towards.UP, Towards.DOWN, Towards.BOTH)  #: in the order of the buttons, from 1


async def reply(store: Store, speaker: Speaker, said: Said) -> bool:
    """Take what a member of a party says in reply; say whether it left the chat.

    A reply goes towards the one it replies to. A reply to the card goes up, unless there is an
    open ticket below: then the author is asked.

    Raises:
        Unknown: nothing that the relay knows was replied to.
        Ended: the ticket is over.
        Already: a question was replied to that is answered.
    """
    part = await store.part(speaker.lane, said.reply_to) if said.reply_to else None
    part = part or await evidence.adopt(store, speaker, said)
    question = await questions.pending(store, speaker, part)
    if question:
        await questions.take(store, speaker, question, said.content, said.refs)
        return True
    if part and part.question_id and part.ticket_id is None:
        raise Already
    if part is None and said.to_ours is None:
        return False  # people talk to each other
    ticket = await meant(store, speaker, said, part)
    of_message = part is not None and not part.card
    target = await store.message(part.message_id or 0) if part and of_message else None
    if target and target.purpose is Purpose.NOTE:
        return False  # talk about a note stays where the note is
    if target and target.said.withdrawn and said.content.late:
        return False  # the rest of it was taken back
    await say(store, speaker, ticket, said, heading(ticket, target), target)
    return True


async def meant(store: Store, speaker: Speaker, said: Said, part: Part | None) -> Ticket:
    """Return the ticket that a reply is about.

    What was sent a moment ago may not be written down yet, and what a process sent just before
    it died never will be: then the number tells with which our words begin.
    """
    if part and part.ticket_id:
        return await making.find(store, speaker, part.ticket_id)
    if part is None and await store.sending_to(speaker.place):
        raise NotYet
    ticket = await store.ticket_of(speaker.party, said.number) if speaker.party else None
    if ticket is None:
        raise Unknown
    return ticket


def heading(ticket: Ticket, target: Message | None) -> Towards | Position | None:
    """Return where a reply to *target* goes from *ticket*; None: it has to be asked."""
    if target is None:
        return None if ticket.open_lowers else Towards.UP
    author = writing.position(ticket.case, target.ticket_id)
    here = ticket.position
    if author == here:
        return colleague(ticket, target)
    if author[: len(here)] == here:
        return author[: len(here) + 1]
    return Towards.UP


def colleague(ticket: Ticket, target: Message) -> Towards | Position | None:
    """Return where a reply to one's own side goes: where that message went."""
    if target.towards is None:
        return None if ticket.open_lowers else Towards.UP
    if target.towards in set(Towards):
        return Towards(target.towards)
    return (*ticket.position, int(target.towards))


async def say(
    store: Store,
    speaker: Speaker,
    ticket: Ticket,
    said: Said,
    towards: Towards | Position | None,
    target: Message | None = None,
) -> Message:
    """Let a party's words leave its chat, about one ticket.

    Raises:
        NoSuchTicket: the ticket is not the speaker's party's.
        Ended: the ticket is over.
    """
    if not who_is(speaker, ticket) & Who.MEMBER:
        raise NoSuchTicket
    if not ticket.open:
        raise Ended(ticket.number)
    message = writing.write(
        store,
        speaker,
        said.content,
        purpose=Purpose.TALK,
        case=ticket.case,
        ticket=ticket,
        refs=said.refs,
        reply_to=target.id if target else None,
    )
    if towards is None:
        await store.flush()
        outbox.notice(
            store,
            Notice.WHICH_WAY,
            str(message.id),
            speaker.place,
            ticket,
            message=message,
            urgent=True,
        )
    else:
        await go(store, speaker, ticket, message, towards)
    return message


async def go(
    store: Store,
    speaker: Speaker,
    ticket: Ticket,
    message: Message,
    towards: Towards | Position,
) -> None:
    """Send a party's message on its way: it takes an offer, and answers what was asked below."""
    below = writing.by_position(ticket.case, towards) if isinstance(towards, tuple) else None
    if below and not below.open:
        raise Ended(below.number)
    up = towards in {Towards.UP, Towards.BOTH}
    if ticket.state is State.OFFERED and up:
        await tickets.take(store, speaker, ticket)
    asked = [
        lower
        for lower in ticket.open_lowers
        if lower.state is State.WAITING
        and (towards in {Towards.DOWN, Towards.BOTH} or towards == lower.position)
    ]
    await writing.spread(store, message, ticket.case, towards)
    for lower in asked:
        event = await making.make(store, lower, Move.ANSWER, speaker, message)
        await making.settled(store, lower, event)


async def choose_way(store: Store, speaker: Speaker, message_id: int, choice: int) -> None:
    """Send a kept message up, down or both ways, as its chat chose.

    Raises:
        NoSuchTicket: it was not said in this chat.
        Already: it has gone.
        NothingBelow: there is no open ticket below any more.
    """
    message = await store.message(message_id)
    if message is None or message.place != speaker.place or message.ticket_id is None:
        raise NoSuchTicket
    ticket = await making.find(store, speaker, message.ticket_id)
    gone = message.towards is not None or message.said.withdrawn
    if gone or message.purpose is not Purpose.TALK:
        raise Already
    if not ticket.open:
        raise Ended(ticket.number)
    if not 1 <= choice <= len(WAYS):
        raise NoSuchTicket
    towards = WAYS[choice - 1]
    if towards is not Towards.UP and not ticket.open_lowers:
        raise NothingBelow(ticket.number)
    await go(store, speaker, ticket, message, towards)


async def pass_message(store: Store, speaker: Speaker, message_id: int, ticket_id: int) -> None:
    """Let a message go on that waits at a valve in this chat.

    Raises:
        NoSuchTicket: this chat has no such message.
        Already: it has gone on.
    """
    ticket = await making.find(store, speaker, ticket_id)
    copy = await store.copy(message_id, speaker.place)
    message = await store.message(message_id)
    if copy is None or message is None or not who_is(speaker, ticket) & Who.MEMBER:
        raise NoSuchTicket
    if message.case_id != ticket.case_id or copy.ticket_id != ticket.id:
        raise NoSuchTicket
    if not copy.waits:
        raise Already
    if not ticket.open:
        raise Ended(ticket.number)
    await writing.relay(store, message, ticket.case, ticket, copy)


async def note(store: Store, speaker: Speaker, ticket: Ticket, said: Said) -> Message:
    """Keep an internal note on a ticket: it is relayed nowhere.

    Raises:
        NoSuchTicket: the ticket is not this party's own.
    """
    if not who_is(speaker, ticket) & Who.MEMBER:
        raise NoSuchTicket
    message = writing.write(
        store,
        speaker,
        said.content,
        purpose=Purpose.NOTE,
        case=ticket.case,
        ticket=ticket,
        refs=said.refs,
    )
    writing.origin(store, message, ticket)
    return message


async def is_card(store: Store, speaker: Speaker, ref: Ref) -> bool:
    """Say whether a message in the speaker's chat is a card."""
    part = await store.part(speaker.lane, ref)
    return part is not None and part.card
