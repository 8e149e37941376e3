"""What every move has in common: which ticket is meant, who may, why, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from relay import charges, deadlines, outbox, writing
from relay.moves import IN_HAND, OPEN, RULES, Move, State, Who
from relay.refusals import (
    Blocked,
    NoSuchTicket,
    NothingOpen,
    NotNow,
    NotYours,
    OpenBelow,
    SayWhy,
    TooLate,
    Unknown,
    UpperEnded,
    WhichTicket,
)
from relay.speaker import Speaker, who_is
from relay.store import Store
from relay.tables import (
    Event,
    Message,
    Party,
    Question,
    Ticket,
)

ANSWER_WITHIN: Final = timedelta(days=7)  #: how long a question of the bot may be answered


OFFER: Final = "offer"


async def find(store: Store, speaker: Speaker, ticket_id: int) -> Ticket:
    """Return a ticket that is some business of the speaker's, its case locked.

    Raises:
        NoSuchTicket: it does not exist, or is none of this chat's.
    """
    ticket = await store.ticket(ticket_id)
    if ticket is None or not who_is(speaker, ticket):
        raise NoSuchTicket
    return ticket


async def replied_to(store: Store, speaker: Speaker, ref: str) -> Ticket:
    """Return the ticket that a message of the chat belongs to.

    Raises:
        Unknown: the message belongs to none.
    """
    part = await store.part(speaker.lane, ref)
    if part is None or part.ticket_id is None:
        raise Unknown
    return await find(store, speaker, part.ticket_id)


async def only(store: Store, speaker: Speaker, number: str, command: str) -> Ticket:
    """Return the ticket called *number*, or without one the only open ticket of the chat.

    Raises:
        NoSuchTicket: there is none, or it is somebody else's.
        WhichTicket: several are open.
    """
    if speaker.party:
        named = await store.ticket_of(speaker.party, number) if number else None
        open_here = [] if number else await store.open_in_brief(speaker.party)
        still_open = [(each.id, each.number) for each in open_here]
    else:
        client, named_one = speaker.client, bool(number)
        own = await store.client_tickets(client, still_open=not named_one) if client else []
        named = next((each for each in own if is_number(number, each)), None)
        still_open = [] if number else [(each.id, each.number) for each in own]
    if not named and not number and speaker.topic:
        named = await store.ticket_in(speaker.topic)
    if named:
        return named
    if len(still_open) > 1:
        raise WhichTicket(command, [each for _, each in still_open])
    if not still_open:
        raise NoSuchTicket(number) if number else NothingOpen
    return await find(store, speaker, still_open[0][0])


async def below(store: Store, party: Party, number: str) -> Ticket | None:
    """Return the ticket of that number that a party passed on, as it reads it of its lowers."""
    for link in await store.links_ever(party) if "-" in number else ():
        ticket = await store.ticket_of(link.lower, number) if link.upper_id == party.id else None
        if ticket and ticket.upper and ticket.upper.party_id == party.id:
            return ticket
    return None


def is_number(wanted: str, ticket: Ticket) -> bool:
    """Say whether somebody means a ticket: by its number, with or without the code before it."""
    return wanted.upper() in {ticket.number, str(ticket.serial)}


async def admit(store: Store, by: Speaker, party: Party) -> None:
    """Refuse what a client says or does whom the party that they ask has blocked.

    Raises:
        Blocked: it has.
    """
    if by.client and await store.block_at(by.client, party):
        raise Blocked(party.name)


async def may(store: Store, ticket: Ticket, move: Move, by: Speaker) -> Who:
    """Return what *by* is to the ticket, if that and the ticket's state permit the move.

    Raises:
        NotYours: it takes somebody else.
        NotNow: the state does not permit it; perhaps somebody was first.
        Blocked: the party does not hear this client any more.
    """
    rule, who = RULES[move], who_is(by, ticket)
    if not who & rule.who:
        lead = bool(
            (who & Who.MEMBER and rule.who & (Who.LEAD | Who.FIRST_LEAD))
            or (who & Who.UPPER and rule.who & Who.UPPER_LEAD)
        )
        raise NotYours(ticket.number, move, lead)
    await admit(store, by, ticket.party)
    if ticket.state not in rule.before:
        event = await store.last_event(ticket)
        mine = event and event.person_id and by.person and event.person_id == by.person.id
        if mine and event and event.what == move:
            raise NotNow(ticket.number, move, ticket.state, again=True)
        first = None if mine else who_moved(ticket, event, by)  # nobody is ahead of themselves
        raise NotNow(ticket.number, move, ticket.state, first=first)
    return who


def who_moved(ticket: Ticket, event: Event | None, reader: Speaker) -> str | None:
    """Return who made the last move on a ticket, if *reader* may know the name."""
    if event is None or event.what == OFFER:
        return None
    if reader.party and event.party_id == reader.party.id:
        return event.person.name if event.person else reader.party.name
    if reader.client and event.party:
        return ticket.party.name
    near = {ticket.party_id, ticket.upper.party_id if ticket.upper else None}
    return event.party.name if event.party and event.party_id in near else None


async def make(
    store: Store, ticket: Ticket, move: Move, by: Speaker, words: Message | None = None
) -> Event:
    """Make one move: the state changes, and the log says who did it and why.

    Raises:
        NotYours, NotNow: see ``may``.
        SayWhy: this speaker has to give a reason.
    """
    who = await may(store, ticket, move, by)
    if who & RULES[move].words and words is None:
        raise SayWhy(ticket.number, move)
    return await log(store, ticket, move, RULES[move].after, by, words)


async def log(
    store: Store,
    ticket: Ticket,
    what: str,
    after: State,
    by: Speaker,
    words: Message | None = None,
) -> Event:
    """Write down what was done, and let the ticket stand where it leads."""
    if words:
        await store.flush()
    event = Event(
        bot=store.bot,
        case_id=ticket.case_id,
        ticket_id=ticket.id,
        what=what,
        before=ticket.state,
        after=after,
        party_id=by.party.id if by.party else None,
        person_id=by.person.id if by.person else None,
        message_id=words.id if words else None,
        at=store.now,
    )
    if after in OPEN and not ticket.open:
        store.reopens(ticket)
    if ticket.state is not after or what == OFFER:
        deadlines.leave(ticket, store.now)
        ticket.state, ticket.since = after, store.now
        if what in {Move.TAKE, Move.REOPEN}:
            deadlines.begin(ticket, store.now)
        deadlines.wind(ticket)
    await store.add(event)
    await charges.follow(store, ticket, event)
    if what == Move.TAKE:
        ticket.taken = True
        await writing.unveil(store, ticket)
    return event


async def settled(store: Store, ticket: Ticket, event: Event) -> Ticket:
    """Owe every chat of the case a card that shows what happened."""
    await outbox.refresh(store, ticket.case, str(event.id))
    return ticket


async def inquire(
    store: Store,
    by: Speaker,
    ticket: Ticket,
    what: str,
    ready: Message | None = None,
) -> Question:
    """Ask for the words that a move needs; *ready* ones from below may be taken as they are."""
    asked = Question(
        bot=store.bot,
        place=by.place,
        ticket_id=ticket.id,
        person_id=by.person.id if by.person else None,
        what=what,
        message_id=ready.id if ready else None,
        until=store.now + ANSWER_WITHIN,
        answered=False,
    )
    await store.asks(asked)
    outbox.question(store, asked)
    return asked


async def heard_above(store: Store, ticket: Ticket, words: Message | None) -> None:
    """Let the one above read the words of a move."""
    if words:
        await writing.tell(store, words, ticket.case, ticket.position[:-1])


async def heard_below(store: Store, ticket: Ticket, words: Message | None) -> None:
    """Let the party of the ticket read the words of a move that was made above it."""
    if words:
        await writing.tell(store, words, ticket.case, ticket.position)


def ready_for(store: Store, ticket: Ticket, move: Move) -> None:
    """Refuse before anybody has to write a word what would be refused after it."""
    if move is Move.RESOLVE and ticket.awaited:
        raise OpenBelow(ticket.number, ticket.awaited[0].number)
    if move is Move.REOPEN:
        within = (ticket.link or ticket.party).reopen_within
        if store.now > ticket.since + within:
            raise TooLate(ticket.number, within.days)
        upper = ticket.upper
        if upper and not upper.open:
            raise UpperEnded(ticket.number, upper.number)
        if upper and upper.state not in IN_HAND | {State.WAITING}:
            raise NotNow(upper.number, move, upper.state)
