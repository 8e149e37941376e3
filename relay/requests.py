"""What clients say: which company it is for, and which case it belongs to."""

from __future__ import annotations

from relay import equipment, evidence, intake, making, outbox, questions, tickets, writing
from relay.moves import Move, State, Who
from relay.outbox import Notice
from relay.placing import follow, own_part, place
from relay.refusals import (
    Already,
    Ended,
    NoClients,
    NoSuchTicket,
    NotForClients,
    NotYet,
    Unknown,
)
from relay.speaker import Speaker, who_is
from relay.store import Store
from relay.tables import Client, Message, Part, Party, Purpose, Ticket
from relay.writing import Said


async def ask(store: Store, speaker: Speaker, said: Said, *, new: bool = False) -> None:
    """Take what a client says: for the open case it belongs to, or as a *new* one.

    With several open cases the client is asked which is meant; until then it is kept.

    Raises:
        NotForClients: no party takes requests from clients.
        Blocked: the party that is meant does not hear this client any more.
    """
    client = speaker.client
    assert client is not None  # noqa: S101 - handlers call this for clients alone
    part = await store.part(speaker.lane, said.reply_to) if said.reply_to and not new else None
    part = part or await evidence.adopt(store, speaker, said)
    question = await questions.pending(store, speaker, part)
    scanned = client.equipment_id and part is None  # whatever was asked before, this is about that
    asked = None if new or scanned else await store.intake_of(client)
    if asked and question and part is None and asked.asked_at > questions.asked_at(question):
        question = None
    if question and not new and not scanned:
        await questions.answer(store, speaker, question, said.content, said.refs)
        return

    target = await store.message(part.message_id) if part and part.message_id else None
    if target and said.content.late and target.said.withdrawn:
        return  # the rest of it was taken back
    if target and said.content.late and target.case_id is None:  # it goes where the rest goes
        refs, content = said.refs, said.content
        writing.write(store, speaker, content, purpose=Purpose.TALK, refs=refs, reply_to=target.id)
        return

    if asked:
        await making.admit(store, speaker, asked.party)
    if asked and await intake.hears(store, speaker, asked, said, part):
        return

    ticket = None if new else await meant(store, client, said, part)
    if ticket:
        await continue_case(store, speaker, ticket, said, part)
        return

    if client.equipment_id and not new:
        about = await equipment.open_on(store, client)
        if about:
            client.equipment_id = None
            await continue_case(store, speaker, about, said, None)
            return
        new = True

    still_open = [] if new else await heard_at(store, client)
    if len(still_open) == 1:
        await continue_case(store, speaker, still_open[0], said, None)
        return

    message = writing.write(store, speaker, said.content, purpose=Purpose.TALK, refs=said.refs)
    await store.flush()
    if still_open:
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


async def heard_at(store: Store, client: Client) -> list[Ticket]:
    """Return a client's open cases at parties that have not blocked them."""
    blocked = {each.party_id for each in await store.blocks(client)}
    still_open = await store.client_tickets(client, still_open=True)
    return [ticket for ticket in still_open if ticket.party_id not in blocked]


async def meant_for_us(store: Store, speaker: Speaker, said: Said) -> bool:
    """Say whether something in a group is a reply to us, or to what was relayed from there."""
    if said.reply_to is None:
        return False
    return said.to_ours is not None or bool(await store.part(speaker.lane, said.reply_to))


async def meant(store: Store, client: Client, said: Said, part: Part | None) -> Ticket | None:
    """Return the ticket that a client's reply is about, if it is one: see ``talk.meant``."""
    if part and part.ticket_id:
        return await store.ticket(part.ticket_id)
    if part is None and said.to_ours is not None:
        if await store.sending_to(client.place):
            raise NotYet
        own = await store.client_tickets(client, still_open=False) if said.number else []
        return next((each for each in own if each.number == said.number), None)
    return None


async def begin(store: Store, speaker: Speaker, message: Message) -> None:
    """Open a case with a client's message, once it is known which party is asked.

    The party may want to know something first: see ``intake``.
    """
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
    await making.admit(store, speaker, party)
    client.party_id = party.id
    machine = await equipment.meant(store, client, party)
    await intake.begin(store, speaker, party, message, machine)


async def continue_case(
    store: Store, speaker: Speaker, ticket: Ticket, said: Said, part: Part | None
) -> None:
    """Take a client's reply to something of a case."""
    if not who_is(speaker, ticket) & Who.CLIENT:
        raise Unknown
    await making.admit(store, speaker, ticket.party)
    if not ticket.open:
        raise Ended(ticket.number, reopen=ticket.state is State.CLOSED, client=True)
    message = writing.write(
        store,
        speaker,
        said.content,
        purpose=Purpose.TALK,
        case=ticket.case,
        refs=said.refs,
        reply_to=part.message_id if part else None,
    )
    await place(store, speaker, message, ticket)


async def call_off(store: Store, speaker: Speaker, ticket: Ticket, said: Said) -> None:
    """Cancel a case for its client; their words, if they say any, tell everybody why.

    Raises:
        NotYours, NotNow: see ``making.may``.
    """
    await making.may(store, ticket, Move.CANCEL, speaker)
    why = None
    if said.content:
        why = writing.write(
            store,
            speaker,
            said.content,
            purpose=Purpose.REASON,
            case=ticket.case,
            refs=said.refs,
            about=ticket,
            move=Move.CANCEL,
        )
    await tickets.cancel(store, speaker, ticket, why)


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
    ticket = await making.find(store, speaker, ticket_id)
    await making.admit(store, speaker, ticket.party)
    if not ticket.open:
        raise Ended(ticket.number, reopen=ticket.state is State.CLOSED, client=True)
    message.case_id = ticket.case_id
    await own_part(store, message, ticket)
    await place(store, speaker, message, ticket)
    await follow(store, speaker, message, ticket)


async def choose_party(
    store: Store, speaker: Speaker, message_id: int, party_id: int
) -> Party | None:
    """Open a case with a kept message at the party its client chose.

    Returns the party if it has the request now; it may want to know something first.
    """
    message = await kept(store, speaker, message_id)
    party = next((each for each in await store.open_to_clients() if each.id == party_id), None)
    if party is None or speaker.client is None:
        raise NotForClients
    speaker.client.party_id = party.id
    await begin(store, speaker, message)
    return party if message.case_id else None


async def kept(store: Store, speaker: Speaker, message_id: int) -> Message:
    """Return a client's message that has no place yet."""
    message = await store.message(message_id)
    if message is None or message.place != speaker.place or speaker.client is None:
        raise NoSuchTicket
    if message.case_id is not None or message.said.withdrawn:
        raise Already
    return message


def entry(speaker: Speaker) -> str:
    """Return the key by which clients come to the speaker's party: see ``meet``.

    Raises:
        NoClients: the party takes no clients.
    """
    party = speaker.party
    assert party is not None  # noqa: S101 - handlers call this for parties alone
    if not party.clients:
        raise NoClients(party.name)
    return party.key


async def meet(store: Store, speaker: Speaker, key: str) -> Party:
    """Note which party a client came to, by the link that they followed.

    Raises:
        NotForClients: that party is not there, or takes no clients.
    """
    client: Client | None = speaker.client
    found = await store.open_to_clients(key)
    if not found or client is None:
        raise NotForClients
    client.party_id, client.equipment_id = found[0].id, None
    return found[0]
