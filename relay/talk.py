"""What people say: where it goes, what it answers, and what a correction changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relay import outbox, tickets, writing
from relay.card import SUBJECT, carries
from relay.channel import Ref
from relay.moves import Move, State, Who
from relay.outbox import Notice
from relay.reading import Position, Towards
from relay.refusals import (
    Already,
    Ended,
    NoSuchTicket,
    NotForClients,
    NothingBelow,
    NotYours,
    Unknown,
)
from relay.speaker import Speaker, who_is
from relay.store import Store
from relay.tables import Client, Message, Part, Party, Purpose, Question, Ticket
from relay.text import Content, shortened

FRESH = timedelta(minutes=15)  #: how long a client answers a question without replying to it
WAYS = (Towards.UP, Towards.DOWN, Towards.BOTH)  #: in the order of the buttons, from 1


@dataclass(frozen=True)
class Said:
    """One message of a person, as it stands in their chat."""

    content: Content
    ref: Ref
    reply_to: Ref | None = None
    to_person: bool = False  #: what it replies to was said by a person, not by us


# Clients


async def ask(store: Store, speaker: Speaker, said: Said, *, new: bool = False) -> None:
    """Take what a client says: for the open case it belongs to, or as a *new* one.

    With several open cases the client is asked which is meant; until then it is kept.

    Raises:
        NotForClients: no party takes requests from clients.
    """
    client = speaker.client
    assert client is not None  # noqa: S101 - handlers call this for clients alone
    part = await store.part(speaker.place, said.reply_to) if said.reply_to and not new else None
    question = await pending(store, speaker, part)
    if question and not new:
        await answer_question(store, speaker, question, said)
        return

    ticket = await store.ticket(part.ticket_id) if part and part.ticket_id else None
    if ticket and not new:
        await continue_case(store, speaker, ticket, said, part)
        return

    message = await writing.write(store, speaker, said.content, purpose=Purpose.TALK, ref=said.ref)
    still_open = [] if new else await store.client_tickets(client, still_open=True)
    if len(still_open) == 1:
        await place(store, speaker, message, still_open[0])
    elif still_open:
        choices = [[each.id, each.number, each.case.subject] for each in still_open]
        outbox.notice(
            store,
            Notice.WHICH_CASE,
            str(message.id),
            speaker.place,
            None,
            message=message,
            urgent=True,
            choices=choices,
        )
    else:
        await begin(store, speaker, message)


async def meant_for_us(store: Store, speaker: Speaker, said: Said) -> bool:
    """Say whether something in a group is a reply to us, or to what was relayed from there."""
    if said.reply_to is None:
        return False
    return not said.to_person or await store.part(speaker.place, said.reply_to) is not None


async def begin(store: Store, speaker: Speaker, message: Message) -> None:
    """Open a case with a client's message, once it is known which party is asked."""
    client = speaker.client
    assert client is not None  # noqa: S101 - as above
    parties = await store.open_to_clients()
    if not parties:
        raise NotForClients
    asked = next((each for each in parties if each.id == client.party_id), None)
    if asked is None and len(parties) > 1:
        outbox.notice(
            store,
            Notice.WHICH_PARTY,
            str(message.id),
            speaker.place,
            None,
            message=message,
            urgent=True,
            choices=[[each.id, each.name] for each in parties],
        )
        return
    party = asked or parties[0]
    client.party_id = party.id
    ticket = await tickets.open_case(store, client, party, message)
    await own_part(store, message, ticket)


async def place(store: Store, speaker: Speaker, message: Message, ticket: Ticket) -> None:
    """Put a client's message where it belongs: what waits for an answer is answered by it."""
    message.case_id = ticket.case_id
    await own_part(store, message, ticket)
    if ticket.state is State.WAITING:
        message.purpose, message.about_id, message.move = Purpose.ANSWER, ticket.id, Move.ANSWER
        await tickets.answer(store, speaker, ticket, message)
    else:
        await writing.spread(store, message, ticket.case, Towards.DOWN)


async def own_part(store: Store, message: Message, ticket: Ticket) -> None:
    """Note which ticket the author's own message belongs to, now that it is known."""
    for part in await store.parts(message.id, message.place):
        part.ticket_id = ticket.id


async def continue_case(
    store: Store, speaker: Speaker, ticket: Ticket, said: Said, part: Part | None
) -> None:
    """Take a client's reply to something of a case."""
    if not who_is(speaker, ticket) & Who.CLIENT:
        raise Unknown
    if not ticket.open:
        raise Ended(ticket.number, reopen=ticket.state is State.CLOSED, client=True)
    message = await writing.write(
        store,
        speaker,
        said.content,
        purpose=Purpose.TALK,
        case=ticket.case,
        ref=said.ref,
        reply_to=part.message_id if part else None,
    )
    await place(store, speaker, message, ticket)


async def choose_case(store: Store, speaker: Speaker, message_id: int, ticket_id: int) -> None:
    """Put a kept message into the case its client chose; 0: it is a new one.

    Raises:
        NoSuchTicket: the message or the ticket is none of this client's.
        Already: it has its place.
        Ended: the case is over by now.
    """
    message = await kept(store, speaker, message_id)
    if not ticket_id:
        await begin(store, speaker, message)
        return
    ticket = await tickets.find(store, speaker, ticket_id)
    if not ticket.open:
        raise Ended(ticket.number, reopen=ticket.state is State.CLOSED, client=True)
    await place(store, speaker, message, ticket)


async def choose_party(store: Store, speaker: Speaker, message_id: int, party_id: int) -> Party:
    """Open a case with a kept message at the party its client chose."""
    message = await kept(store, speaker, message_id)
    party = next((each for each in await store.open_to_clients() if each.id == party_id), None)
    if party is None or speaker.client is None:
        raise NotForClients
    speaker.client.party_id = party.id
    await begin(store, speaker, message)
    return party


async def kept(store: Store, speaker: Speaker, message_id: int) -> Message:
    """Return a client's message that has no place yet."""
    message = await store.message(message_id)
    if message is None or message.place != speaker.place or speaker.client is None:
        raise NoSuchTicket
    if message.case_id is not None:
        raise Already
    return message


async def meet(store: Store, speaker: Speaker, key: str) -> Party:
    """Note which party a client came to, by the link that they followed.

    Raises:
        NotForClients: that party is not there, or takes no clients.
    """
    client: Client | None = speaker.client
    found = await store.open_to_clients(key)
    if not found or client is None:
        raise NotForClients
    client.party_id = found[0].id
    return found[0]


# Parties


async def reply(store: Store, speaker: Speaker, said: Said) -> bool:
    """Take what a member of a party says in reply; say whether it left the chat.

    A reply goes towards the one it replies to. A reply to the card goes up, unless there is an
    open ticket below: then the author is asked.

    Raises:
        Unknown: nothing that the relay knows was replied to.
        Ended: the ticket is over.
    """
    part = await store.part(speaker.place, said.reply_to) if said.reply_to else None
    question = await pending(store, speaker, part)
    if question:
        await answer_question(store, speaker, question, said)
        return True
    if part is None and said.to_person:
        return False  # people talk to each other
    if part is None or part.ticket_id is None:
        raise Unknown
    ticket = await tickets.find(store, speaker, part.ticket_id)
    target = await store.message(part.message_id) if part.message_id and not part.card else None
    if target and target.purpose is Purpose.NOTE:
        return False  # talk about a note stays where the note is
    await say(store, speaker, ticket, said, heading(ticket, target), target)
    return True


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
        NotYours: the speaker is no member of the ticket's party.
        Ended: the ticket is over.
    """
    if not who_is(speaker, ticket) & Who.MEMBER:
        raise NoSuchTicket
    if not ticket.open:
        raise Ended(ticket.number)
    message = await writing.write(
        store,
        speaker,
        said.content,
        purpose=Purpose.TALK,
        case=ticket.case,
        ticket=ticket,
        ref=said.ref,
        reply_to=target.id if target else None,
    )
    if towards is None:
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
        event = await tickets.make(store, lower, Move.ANSWER, speaker, message)
        await tickets.settled(store, lower, event)


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
    ticket = await tickets.find(store, speaker, message.ticket_id)
    if message.towards is not None:
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
        NotYours: it takes a lead.
        Already: it has gone on.
    """
    ticket = await tickets.find(store, speaker, ticket_id)
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
    message = await writing.write(
        store,
        speaker,
        said.content,
        purpose=Purpose.NOTE,
        case=ticket.case,
        ticket=ticket,
        ref=said.ref,
    )
    writing.origin(store, message, ticket)
    return message


async def is_card(store: Store, speaker: Speaker, ref: Ref) -> bool:
    """Say whether a message in the speaker's chat is a card."""
    part = await store.part(speaker.place, ref)
    return part is not None and part.card


# Questions of the bot


async def pending(store: Store, speaker: Speaker, part: Part | None) -> Question | None:
    """Return the question of the bot that is being answered.

    A client may answer without a reply, if they were asked just now.
    """
    question = None
    if part and part.question_id:
        question = await store.question(part.question_id)
    elif part is None and speaker.client and not speaker.party:
        question = await store.open_question(speaker.place)
        if question and store.now > question.until - tickets.ANSWER_WITHIN + FRESH:
            return None
    if question is None or question.answered or question.until <= store.now:
        return None
    return question


async def answer_question(store: Store, speaker: Speaker, question: Question, said: Said) -> None:
    """Make the move that a question asked words for."""
    await act_on(store, speaker, question, said.content, said.ref)


async def use_result(store: Store, speaker: Speaker, question_id: int) -> Ticket:
    """Resolve with the words that came from below, as they are.

    Raises:
        NoSuchTicket: no such question was asked here.
        Already: it is answered.
    """
    question = await store.question(question_id)
    if question is None or question.place != speaker.place or question.message is None:
        raise NoSuchTicket
    if question.answered:
        raise Already
    return await act_on(store, speaker, question, question.message.said, None)


async def act_on(
    store: Store, speaker: Speaker, question: Question, words: Content, ref: Ref | None
) -> Ticket:
    """Write the words down and make the move that they are for."""
    ticket = await tickets.find(store, speaker, question.ticket_id)
    who = who_is(speaker, ticket)
    mine = ticket if who & Who.MEMBER else ticket.upper
    rating = question.what == tickets.STARS
    move = None if rating else Move(question.what)
    message = await writing.write(
        store,
        speaker,
        words,
        purpose=tickets.PURPOSES.get(move, Purpose.REASON) if move else Purpose.REASON,
        case=ticket.case,
        ticket=None if who & Who.CLIENT else mine,
        ref=ref,
        about=ticket,
        move=question.what,
    )
    question.answered = True
    if move is None:
        if ticket.stars is None or not who & (Who.UPPER_LEAD | Who.CLIENT):
            raise NotYours(ticket.number, Move.ACCEPT, lead=True)
        return await tickets.explain_stars(store, speaker, ticket, message)
    return await tickets.USE_CASES[move](store, speaker, ticket, message)


# Corrections


async def edit(store: Store, speaker: Speaker, content: Content, ref: Ref) -> bool:
    """Let a correction reach every copy; say whether there was anything to correct.

    A correction changes what was written down from its message, and nothing else: it runs no
    command and opens nothing.
    """
    part = await store.part(speaker.place, ref)
    message = await store.message(part.message_id) if part and part.message_id else None
    if message is None or message.place != speaker.place or message.content == content.packed():
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
