"""What people do to tickets: every move, each a function that takes the store first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from relay import outbox, writing
from relay.card import SUBJECT
from relay.moves import IN_HAND, RULES, Move, State, Who
from relay.outbox import Notice
from relay.refusals import (
    AlreadyRated,
    NoLink,
    NoSuchTicket,
    NothingOpen,
    NotNow,
    NotYours,
    OnThePath,
    OpenBelow,
    SayWhy,
    TooLate,
    Unknown,
    UpperEnded,
    WhichTicket,
)
from relay.speaker import TERMS, Speaker, who_is
from relay.store import Store
from relay.tables import (
    Case,
    Client,
    Delivery,
    Event,
    Forward,
    Link,
    Message,
    Party,
    Purpose,
    Question,
    Result,
    Ticket,
)
from relay.text import shortened

REOPEN_WITHIN: Final = timedelta(days=14)  #: for the client, who has no link
ANSWER_WITHIN: Final = timedelta(days=7)  #: how long a question of the bot may be answered
FEW: Final = 2  #: stars that ask for a reason

OFFER: Final = "offer"
RATE: Final = "rate"
STARS: Final = "stars"  #: a question: why so few


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
    part = await store.part(speaker.place, ref)
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
        still_open = [] if number else await store.open_tickets(speaker.party)
    else:
        own = await store.client_tickets(speaker.client, still_open=True) if speaker.client else []
        named = next((each for each in own if is_number(number, each)), None)
        still_open = [] if number else own
    if named:
        return named
    if len(still_open) > 1:
        raise WhichTicket(command, [each.number for each in still_open])
    if not still_open:
        raise NoSuchTicket(number) if number else NothingOpen
    return await find(store, speaker, still_open[0].id)


def is_number(wanted: str, ticket: Ticket) -> bool:
    """Say whether somebody means a ticket: by its number, with or without the code before it."""
    return wanted.upper() in {ticket.number, str(ticket.serial)}


async def ways_on(store: Store, speaker: Speaker, ticket_id: int) -> list[Link]:
    """Return the links over which the speaker may pass a ticket on.

    Raises:
        NoSuchTicket, NotYours, NotNow: as ``pass_on``.
    """
    ticket = await find(store, speaker, ticket_id)
    await may(store, ticket, Move.PASS_ON, speaker)
    return await candidates(store, ticket)


async def may(store: Store, ticket: Ticket, move: Move, by: Speaker) -> Who:
    """Return what *by* is to the ticket, if that and the ticket's state permit the move.

    Raises:
        NotYours: it takes somebody else.
        NotNow: the state does not permit it; perhaps somebody was first.
    """
    rule, who = RULES[move], who_is(by, ticket)
    if not who & rule.who:
        lead = bool(
            (who & Who.MEMBER and rule.who & (Who.LEAD | Who.FIRST_LEAD))
            or (who & Who.UPPER and rule.who & Who.UPPER_LEAD)
        )
        raise NotYours(ticket.number, move, lead)
    if ticket.state not in rule.before:
        event = await store.last_event(ticket)
        mine = event and event.person_id and by.person and event.person_id == by.person.id
        if mine and event and event.what == move:
            raise NotNow(ticket.number, move, ticket.state, again=True)
        raise NotNow(ticket.number, move, ticket.state, first=who_moved(ticket, event, by))
    return who


def who_moved(ticket: Ticket, event: Event | None, reader: Speaker) -> str | None:
    """Return who made the last move on a ticket, if *reader* may know the name."""
    if event is None or event.what == OFFER:
        return None
    if reader.party and event.party_id == reader.party.id:
        return event.person.name if event.person else reader.party.name
    if reader.client and event.party:
        return ticket.party.name
    return event.party.name if event.party else None


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
    if ticket.state is not after:
        ticket.state, ticket.since = after, store.now
    await store.add(event)
    return event


async def settled(store: Store, ticket: Ticket, event: Event) -> Ticket:
    """Owe every chat of the case a card that shows what happened."""
    await outbox.refresh(store, ticket.case, str(event.id))
    return ticket


# Opening and passing on


async def open_case(store: Store, client: Client, party: Party, request: Message) -> Ticket:
    """Make a client's message a case, with a ticket of the party they ask."""
    subject = shortened(request.said.text.plain, SUBJECT) or "📷"
    case = Case(
        bot=store.bot,
        client_id=client.id,
        client=client,
        subject=subject,
        opened_at=store.now,
        tickets=[],
    )
    await store.add(case)
    request.case_id, request.purpose = case.id, Purpose.REQUEST
    await store.case(case.id)
    ticket = await offer(store, case, party)
    event = await store.last_event(ticket)
    assert event is not None  # noqa: S101 - offer has just logged it
    outbox.opening(store, ticket, event, client.place)
    writing.origin(store, request, ticket)
    await run_down(store, ticket)
    return ticket


async def offer(
    store: Store, case: Case, party: Party, upper: Ticket | None = None, link: Link | None = None
) -> Ticket:
    """Give a party a ticket that it has not taken yet; its card carries the request."""
    serial = await store.next_serial(party)
    ticket = Ticket(
        bot=store.bot,
        case=case,
        party=party,
        upper=upper,
        link=link,
        serial=serial,
        number=f"{party.code}-{serial}",
        state=State.OFFERED,
        since=store.now,
        rework=0,
        reopened=False,
    )
    await store.add(ticket)
    event = await log(store, ticket, OFFER, State.OFFERED, TERMS)
    outbox.opening(store, ticket, event, party.place)
    await writing.show_request(store, ticket)
    return ticket


async def pass_on(
    store: Store, by: Speaker, ticket: Ticket, words: Message | None = None, to: int | None = None
) -> Ticket:
    """Offer the work to a party below: to the one named, or to the one that ranks first.

    Raises:
        NotYours, NotNow: see ``may``.
        NoLink: no active link leads there.
        OnThePath: that party has the case already.
    """
    await may(store, ticket, Move.PASS_ON, by)
    link = await way_down(store, ticket, to)
    if ticket.state is State.OFFERED:
        await make(store, ticket, Move.TAKE, by)
    event = await make(store, ticket, Move.PASS_ON, by)
    below = await offer(store, ticket.case, link.lower, ticket, link)
    await settled(store, ticket, event)
    await run_down(store, below)
    return below


async def candidates(store: Store, ticket: Ticket) -> list[Link]:
    """Return the links over which a ticket could be passed on now, the best first."""
    busy = {each.party_id for each in (*ticket.path, *ticket.open_lowers)}
    return [link for link in await store.links_down(ticket.party) if link.lower_id not in busy]


async def way_down(store: Store, ticket: Ticket, to: int | None) -> Link:
    """Return the link to the party *to*, or the first that there is."""
    links = await store.links_down(ticket.party)
    wanted = next((link for link in links if to is None or link.lower_id == to), None)
    if wanted is None:
        raise NoLink(ticket.number)
    free = await candidates(store, ticket)
    link = next((link for link in free if to is None or link.lower_id == to), None)
    if link is None:
        raise OnThePath(wanted.lower.name)
    return link


async def run_down(store: Store, ticket: Ticket) -> None:
    """Pass a fresh ticket on at once where the best link says so."""
    best = next((each for each in await candidates(store, ticket) if not each.match), None)
    if best and best.forward is Forward.AUTO:
        await pass_on(store, TERMS, ticket, to=best.lower_id)


# Taking, declining, asking


async def take(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Say that one's party does it."""
    return await settled(store, ticket, await make(store, ticket, Move.TAKE, by))


async def decline(
    store: Store, by: Speaker, ticket: Ticket, words: Message | None = None
) -> Ticket:
    """Say that one's party does not do it: the next candidate is offered it, if there is one."""
    event = await make(store, ticket, Move.DECLINE, by, words)
    await heard_above(store, ticket, words)
    await settled(store, ticket, event)
    upper = ticket.upper
    if upper and upper.state in IN_HAND and not upper.open_lowers:
        tried = {each.party_id for each in upper.lowers}
        for link in await candidates(store, upper):
            if link.lower_id not in tried and not link.match:
                await pass_on(store, TERMS, upper, to=link.lower_id)
                break
    return ticket


async def ask(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Ask the one above for something the work needs: it waits until they answer."""
    event = await make(store, ticket, Move.ASK, by, words)
    await heard_above(store, ticket, words)
    return await settled(store, ticket, event)


async def answer(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Answer what the one below asked: the work goes on."""
    event = await make(store, ticket, Move.ANSWER, by, words)
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


# Results


async def resolve(
    store: Store, by: Speaker, ticket: Ticket, words: Message | None = None
) -> Ticket:
    """Say what was done; the one above checks it.

    Raises:
        OpenBelow: a party below is still at it.
    """
    await may(store, ticket, Move.RESOLVE, by)
    ready_for(store, ticket, Move.RESOLVE)
    event = await make(store, ticket, Move.RESOLVE, by, words)
    await heard_above(store, ticket, words)
    await settled(store, ticket, event)
    if ticket.link and ticket.link.result is Result.AUTO and words:
        await pass_up(store, ticket, words)
    return ticket


async def pass_up(store: Store, ticket: Ticket, words: Message) -> None:
    """Accept a result unseen and make it the upper's own, as the link agreed."""
    upper = ticket.upper
    assert upper is not None  # noqa: S101 - only a ticket with a link comes here
    event = await make(store, ticket, Move.ACCEPT, TERMS)
    outbox.notice(store, Notice.ACCEPTED, str(event.id), ticket.party.place, ticket)
    await settled(store, ticket, event)
    if upper.state in RULES[Move.RESOLVE].before and not upper.open_lowers:
        above = Speaker(place=upper.party.place)
        same = await writing.write(
            store,
            above,
            words.said,
            purpose=Purpose.RESULT,
            case=ticket.case,
            ticket=upper,
            about=upper,
            move=Move.RESOLVE,
        )
        await resolve(store, TERMS, upper, same)


async def accept(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Accept the result: the ticket is closed, and whoever accepted may rate it."""
    event = await make(store, ticket, Move.ACCEPT, by)
    above = ticket.upper.party.place if ticket.upper else ticket.case.client.place
    outbox.notice(store, Notice.ACCEPTED, str(event.id), ticket.party.place, ticket)
    if ticket.stars is None:
        outbox.notice(store, Notice.RATE, str(ticket.id), above, ticket, urgent=True)
    await settled(store, ticket, event)
    upper = ticket.upper
    if upper and upper.state in IN_HAND and not upper.open_lowers:
        result = await store.result(ticket)
        await inquire(store, by, upper, Move.RESOLVE, ready=result)
    return ticket


async def return_(
    store: Store, by: Speaker, ticket: Ticket, words: Message | None = None
) -> Ticket:
    """Send the result back, and say what is missing."""
    event = await make(store, ticket, Move.RETURN, by, words)
    ticket.rework += 1
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


async def reopen(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Open a closed ticket again: something was wrong after all.

    Raises:
        TooLate: the agreed time for it is over.
        UpperEnded: the ticket above is closed itself.
    """
    await may(store, ticket, Move.REOPEN, by)
    ready_for(store, ticket, Move.REOPEN)
    event = await make(store, ticket, Move.REOPEN, by, words)
    ticket.rework += 1
    ticket.reopened = True
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


# Ending


async def recall(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Take a ticket back from the one below, and all that hangs on it."""
    event = await make(store, ticket, Move.RECALL, by, words)
    await end_below(store, ticket, Move.RECALL, by)
    await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


async def cancel(store: Store, by: Speaker, ticket: Ticket, words: Message | None = None) -> Ticket:
    """Call the whole thing off."""
    event = await make(store, ticket, Move.CANCEL, by, words)
    await end_below(store, ticket, Move.CANCEL, by)
    who = who_is(by, ticket)
    if who & Who.CLIENT:
        outbox.notice(
            store, Notice.ENDED, str(event.id), ticket.party.place, ticket, state=ticket.state
        )
    elif ticket.upper is None:
        await heard_above(store, ticket, words)
    else:
        await heard_below(store, ticket, words)
    return await settled(store, ticket, event)


async def end_below(store: Store, ticket: Ticket, move: Move, by: Speaker) -> None:
    """End every open ticket below, and tell each chat; what has not left does not leave."""
    for late in await store.cancel(ticket.id, ticket.party.place):
        await untold(store, late)
    for lower in ticket.open_lowers:
        event = await log(store, lower, move, RULES[move].after, by)
        await end_below(store, lower, move, by)
        outbox.notice(
            store, Notice.ENDED, str(event.id), lower.party.place, lower, state=lower.state
        )


async def untold(store: Store, late: Delivery) -> None:
    """Tell an author that their message did not leave before its ticket ended."""
    message = await store.message(late.message_id) if late.message_id else None
    if message:
        outbox.notice(
            store,
            Notice.UNDELIVERED,
            str(late.id),
            message.place,
            None,
            message=message,
            reason=late.reason,
        )


# Ratings


async def rate(store: Store, by: Speaker, ticket_id: int, stars: int) -> Ticket:
    """Say how good the work was, from 1 to 5 *stars*: once, and few of them ask for a reason.

    Raises:
        NotYours: only the one above rates.
        NotNow: the ticket is not closed, or was accepted by nobody in person.
        AlreadyRated: it has its stars.
    """
    ticket = await find(store, by, ticket_id)
    if not who_is(by, ticket) & RULES[Move.ACCEPT].who:
        raise NotYours(ticket.number, Move.ACCEPT, bool(who_is(by, ticket) & Who.UPPER))
    if ticket.stars is not None:
        raise AlreadyRated(ticket.number)
    if ticket.state is not State.CLOSED or not 1 <= stars <= 5:
        raise NotNow(ticket.number, Move.ACCEPT, ticket.state)
    ticket.stars = stars
    event = await log(store, ticket, RATE, ticket.state, by)
    await tell_rating(store, ticket, Notice.RATED, str(event.id), stars=stars)
    if not ticket.upper:
        for lower in ticket.case.tickets:
            if lower.link and lower.link.client_rating and lower.state is State.CLOSED:
                outbox.notice(
                    store,
                    Notice.CLIENT_RATED,
                    str(event.id),
                    lower.party.place,
                    lower,
                    stars=stars,
                )
    if stars <= FEW:
        await inquire(store, by, ticket, STARS)
    return await settled(store, ticket, event)


async def explain_stars(store: Store, by: Speaker, ticket: Ticket, words: Message) -> Ticket:
    """Say why there were so few stars."""
    ticket.stars_why = words.said.text.plain
    await tell_rating(store, ticket, Notice.STARS_WHY, str(words.id), message=words)
    return ticket


async def tell_rating(
    store: Store,
    ticket: Ticket,
    what: Notice,
    why: str,
    *,
    stars: int | None = None,
    message: Message | None = None,
) -> None:
    """Tell the rated party, and the first one, who sees every rating of its cases."""
    top = ticket.path[0]
    above = ticket.upper
    for reader in {ticket.id: ticket, top.id: top}.values():
        if above is None or reader.id != above.id:  # who rated knows
            outbox.notice(
                store,
                what,
                why,
                reader.party.place,
                reader,
                message=message,
                stars=stars,
                rated=ticket.number,
            )


# Words for a move


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
    await store.add(asked)
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


UseCase = Callable[[Store, Speaker, Ticket, Message | None], Awaitable[Ticket]]

USE_CASES: Final[dict[Move, UseCase]] = {
    Move.TAKE: take,
    Move.DECLINE: decline,
    Move.PASS_ON: pass_on,
    Move.ASK: ask,
    Move.ANSWER: answer,
    Move.RESOLVE: resolve,
    Move.ACCEPT: accept,
    Move.RETURN: return_,
    Move.REOPEN: reopen,
    Move.RECALL: recall,
    Move.CANCEL: cancel,
}

PURPOSES: Final = {
    Move.ASK: Purpose.QUESTION,
    Move.ANSWER: Purpose.ANSWER,
    Move.RESOLVE: Purpose.RESULT,
}


async def press(
    store: Store, by: Speaker, move: Move, ticket_id: int, to: int | None = None
) -> Ticket | Question:
    """Make a move at the press of a button, or ask for the words that it needs.

    Raises:
        NoSuchTicket: the ticket is none of this chat's.
        NotYours, NotNow, …: as the move itself says.
    """
    ticket = await find(store, by, ticket_id)
    who = await may(store, ticket, move, by)
    if move is Move.PASS_ON:
        return await pass_on(store, by, ticket, to=to)
    if who & RULES[move].words:
        ready_for(store, ticket, move)
        lower = next((each for each in ticket.lowers[::-1] if each.state is State.CLOSED), None)
        ready = await store.result(lower) if lower and move is Move.RESOLVE else None
        return await inquire(store, by, ticket, move, ready)
    return await USE_CASES[move](store, by, ticket, None)


def ready_for(store: Store, ticket: Ticket, move: Move) -> None:
    """Refuse before anybody has to write a word what would be refused after it."""
    if move is Move.RESOLVE and ticket.open_lowers:
        raise OpenBelow(ticket.number, ticket.open_lowers[0].number)
    if move is Move.REOPEN:
        within = ticket.link.reopen_within if ticket.link else REOPEN_WITHIN
        if store.now > ticket.since + within:
            raise TooLate(ticket.number, within.days)
        if ticket.upper and not ticket.upper.open:
            raise UpperEnded(ticket.number, ticket.upper.number)
