"""How words are written down: once, with a copy for everybody who may read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from relay import outbox
from relay.card import carries, sees
from relay.channel import Ref
from relay.content import Content, Medium
from relay.reading import (
    CLIENT,
    Position,
    Shown,
    Towards,
    Valve,
    Valves,
    reach,
    shown,
    ways,
)
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Case, Copy, Link, Message, Part, Purpose, Sees, Ticket

#: Words stand in their place where the client is hidden, and no edit turns those into them.
WORDED = {Medium.CONTACT, Medium.RICH}
NOBODY_YET = 0  #: stands for a ticket that is still to be offered
NUMBER = re.compile(r"[A-Z]{2,6}-\d+")


@dataclass(frozen=True)
class Said:
    """One message of a person, as it stands in their chat."""

    content: Content
    ref: Ref
    reply_to: Ref | None = None
    to_ours: str | None = None  #: what it replies to, as far as that was said by us
    others: tuple[Ref, ...] = ()  #: where the rest of it stands, if it came in several messages
    partly: bool = False  #: some of it is of a kind that nobody knows
    elsewhere: bool = False  #: it replies to words of ours in another chat
    phone: str = ""  #: the author's own telephone number, for which the messenger answers

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Where it stands."""
        return self.ref, *self.others

    @property
    def number(self) -> str:
        """The ticket that the words of ours were about: they all begin with its number."""
        found = NUMBER.match(self.to_ours or "")
        return found.group() if found else ""


def write(
    store: Store,
    speaker: Speaker,
    content: Content,
    *,
    purpose: Purpose,
    case: Case | None = None,
    ticket: Ticket | None = None,
    refs: Sequence[Ref] = (),
    reply_to: int | None = None,
    about: Ticket | None = None,
    move: str | None = None,
) -> Message:
    """Write down what was said; *ticket* is the author's, *refs* where it stands in their chat.

    Nobody reads it yet: see ``spread``.
    """
    message = Message(
        bot=store.bot,
        case_id=case.id if case else None,
        ticket_id=ticket.id if ticket else None,
        about_id=about.id if about else None,
        move=move,
        person=speaker.person,
        place=speaker.place,
        purpose=purpose,
        reply_to_id=reply_to,
        content=content.packed(),
        version=1,
        said_at=store.now,
        receipt=None,
    )
    parts = [
        Part(
            bot=store.bot,
            lane=speaker.lane,
            ref=ref,
            place=speaker.lane,
            number=number,
            card=False,
            message=message,
            ticket_id=(ticket or first(case)).id if case else None,
            question_id=None,
            digest=None,
        )
        for number, ref in enumerate(refs)
    ]
    store.keeps_message(message, parts)
    return message


async def spread(store: Store, message: Message, case: Case, towards: Towards | Position) -> None:
    """Decide who reads a message that goes *towards* somebody, and owe it to them."""
    author = position(case, message.ticket_id)
    message.towards = towards.value if isinstance(towards, Towards) else str(towards[-1])
    origin(store, message, by_position(case, author) or first(case))
    reached, waits = reach(author, ways(author, towards, valves(case), to_client(case)))
    await deliver(store, message, case, reached, waits)


async def tell(store: Store, message: Message, case: Case, reader: Position) -> None:
    """Owe a message to one reader: words that explain a move go no further than its other end."""
    author = position(case, message.ticket_id)
    message.towards = Towards.UP if len(reader) < len(author) else str(reader[-1])
    origin(store, message, by_position(case, author) or first(case))
    await deliver(store, message, case, {reader}, set())


def origin(store: Store, message: Message, ticket: Ticket) -> None:
    """Note that a message stands already where it was said."""
    copy = Copy(
        message=message,
        place=message.place,
        bot=store.bot,
        ticket_id=ticket.id,
        shown=Shown.PERSON,
        origin=True,
        sees=Sees.FULL,
        waits=False,
        on_card=False,
        past=False,
        version=message.version,
        merged_with_id=None,
    )
    store.keeps_copies(message, [copy])


async def relay(store: Store, message: Message, case: Case, here: Ticket, copy: Copy) -> None:
    """Let a message that waits at a valve in the chat of *here* go on, the way it was going."""
    author, at = position(case, message.ticket_id), here.position
    up = author[: len(at)] == at and len(author) > len(at)
    steps = ways(at, Towards.UP if up else Towards.DOWN, valves(case), to_client(case))
    reached, waits = reach(at, steps)
    copy.waits = False
    known = {each.place for each in await store.copies(message)}
    fresh = {end for end in reached if chat(case, end) not in known}
    await deliver(store, message, case, fresh, waits & fresh)


async def deliver(
    store: Store,
    message: Message,
    case: Case,
    readers: set[Position],
    waits: set[Position],
    *,
    past: bool = False,
) -> None:
    """Write a copy for each of *readers*, and owe it to them."""
    author = position(case, message.ticket_id)
    made: dict[str, Copy] = {}
    for reader in sorted(readers):
        copy = reader_copy(store, message, case, author, reader)
        copy.waits, copy.past = reader in waits, past
        if copy.place != message.place:  # one chat may stand in two branches of a case
            made.setdefault(copy.place, copy)
    store.keeps_copies(message, made.values())
    for copy in made.values():
        outbox.copies(store, message, [copy], f":{copy.ticket_id}" if past else "")


def reader_copy(
    store: Store, message: Message, case: Case, author: Position, reader: Position
) -> Copy:
    """Return a message as one reader gets it: how the author is named, and what is struck out."""
    ticket = by_position(case, reader)
    names = link_names(case, author, reader)
    known = ticket is None or sees(ticket) is not Sees.HIDDEN
    return Copy(
        message=message,
        place=chat(case, reader),
        bot=store.bot,
        ticket_id=(ticket or first(case)).id,
        shown=shown(author, reader, names=names, client=known),
        sees=sees(ticket) if ticket else Sees.FULL,
        origin=False,
        waits=False,
        on_card=False,
        past=False,
        version=0,
        merged_with_id=None,
    )


async def unveil(store: Store, ticket: Ticket) -> None:
    """Owe a party what it has read so far, as it may be read now that the ticket is taken."""
    allowed = sees(ticket)
    for copy in await store.copies_at(ticket.case, ticket.party.place):
        if copy.sees is not allowed and not copy.origin:
            copy.sees = allowed
            message = await store.message(copy.message_id)
            if message is None or not copy.version or copy.on_card:
                continue
            if WORDED & {*message.said.kinds}:
                outbox.again(store, message, copy, f"taken:{ticket.id}", anew=True)
            else:
                outbox.edits(store, message, [copy], why="taken")


async def show_request(store: Store, ticket: Ticket, most: int | None) -> None:
    """Owe the chat of a new *ticket* the request, and the *most* recent of the story since."""
    request = ticket.case.request
    if not await store.copy(request.id, ticket.party.place):  # else it has had this case before
        copy = reader_copy(store, request, ticket.case, CLIENT, ticket.position)
        copy.on_card = carries(request.said)
        store.keeps_copies(request, [copy])
        outbox.copies(store, request, [copy], f":{ticket.id}")
    if ticket.upper and ticket.link:
        told = await story(store, ticket.upper, ticket.link)
        for message in told if most is None else told[max(0, len(told) - most) :]:
            await deliver(store, message, ticket.case, {ticket.position}, set(), past=True)


async def story(store: Store, upper: Ticket, link: Link) -> list[Message]:
    """Return what the party below has yet to read of what was said, if it is passed the ticket.

    That is what it would have read if it had been there all the time, and nobody had held it.
    """
    case, reader = upper.case, (*upper.position, NOBODY_YET)
    there = {CLIENT, *(each.position for each in upper.path)}
    open_ = {at: replace(each, down=Valve.AUTO) for at, each in valves(case).items() if at in there}
    open_[reader] = Valves(share_replies=link.share_replies)
    found, said = [], await store.talk_at(case, upper.party.place)
    await store.know_copies({message.id for message in said})
    for message in said:
        author, towards = position(case, message.ticket_id), heading(case, message)
        if author not in there or towards is None or message.said.withdrawn:
            continue
        reached, _ = reach(author, ways(author, towards, open_, Valve.AUTO))
        if reader in reached and not await store.copy(message.id, link.lower.place):
            found.append(message)
    return found


async def story_of(store: Store, before: Ticket, link: Link) -> int:
    """Return how many messages go to the next one whom it is offered: what was read *before*."""
    assert before.upper is not None  # noqa: S101 - it was offered by somebody
    had = await store.talk_at(before.case, before.party.place)
    told = await story(store, before.upper, link)
    return sum(message.id >= had[0].id for message in told) if had else 0


def heading(case: Case, message: Message) -> Towards | Position | None:
    """Return where a message goes, or went; None: nobody has said yet."""
    if message.towards is None or message.towards in set(Towards):
        return Towards(message.towards) if message.towards else None
    return position(case, int(message.towards))


def link_names(case: Case, author: Position, reader: Position) -> bool:
    """Say whether the link between two neighbours tells persons' names."""
    lower = by_position(case, max(author, reader, key=len))
    return bool(lower and lower.link and lower.link.names)


def position(case: Case, ticket_id: int | None) -> Position:
    """Return where the party of a ticket stands; none: the client."""
    if ticket_id is None:
        return CLIENT
    return next(each.position for each in case.tickets if each.id == ticket_id)


def by_position(case: Case, at: Position) -> Ticket | None:
    """Return the ticket at a position; the client has none."""
    return next((each for each in case.tickets if at and each.id == at[-1]), None)


def first(case: Case) -> Ticket:
    """Return the ticket of the party that the client asked."""
    return next(each for each in case.tickets if each.upper_id is None)


def chat(case: Case, at: Position) -> str:
    """Return the place of whoever stands at a position."""
    ticket = by_position(case, at)
    return ticket.party.place if ticket else case.client.place


def valves(case: Case) -> dict[Position, Valves]:
    """Return every open ticket's position, with the valves of the link that leads to it."""
    return {
        each.position: Valves(each.link.up, each.link.down, each.link.share_replies)
        if each.link
        else Valves()
        for each in case.tickets
        if each.open
    }


def to_client(case: Case) -> Valve:
    """Return the valve from the first party to the client."""
    return first(case).party.to_client
