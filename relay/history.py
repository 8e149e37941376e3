"""The history of a case as one party may see it: as time, in words, in moves and in deliveries.

Who may see what is decided where it is decided for chats: copies say who reads what, ``status``
whose times and names are told, ``wording`` how a message reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay.card import (
    SUBJECT,
    Reader,
    level_below,
    machine,
    not_reached,
    strip,
    subject,
    until,
    what_was_answered,
    who_asks,
    whose_move,
)
from relay.channel import Reason
from relay.content import Content
from relay.language import Gettext
from relay.moves import Move
from relay.notices import reason_words
from relay.pictures import Timeline
from relay.sheets import Cell, Sheet
from relay.status import near, timed
from relay.store import Store
from relay.stuck import delivery_words
from relay.tables import Delivery, Doing, Event, Progress, Purpose, Ticket
from relay.text import Text, fill, shortened
from relay.timelines import timeline
from relay.wording import for_reader, in_words, purpose_words, who_is_away
from relay.words import kind, ours

SAID: Final = 100  #: messages of one look
TOLD: Final = 300  #: deliveries
DONE: Final = (Progress.SENT, Progress.SUPERSEDED, Progress.CANCELLED)
WORDS: Final = (Doing.COPY, Doing.EDIT)  #: deliveries of what people said


@dataclass(frozen=True)
class Line:
    """A message as it is read in the party's chat."""

    id: int
    author: str
    purpose: str  #: empty: just talk
    at: datetime
    words: str
    quote: str
    things: Sequence[str]  #: what came beside the words, and its name
    own: bool  #: it was said in this party's chat
    note: bool  #: for this party alone
    edited: bool
    waits: bool  #: for somebody here to pass it on


@dataclass(frozen=True)
class History:
    """All of a case that its party may see."""

    ticket: Ticket
    state: str
    about: str
    facts: Sequence[str]  #: as the card has them
    strip: str
    timeline: Timeline
    said: Sequence[Line]
    earlier: int | None  #: there are messages before this one
    moves: Sheet
    deliveries: Sheet


async def of(
    store: Store, ticket: Ticket, _: Gettext, before: int | None = None, most: int = SAID
) -> History:
    """Return the history of a case, with the last messages, or those *before* one of them."""
    events = await store.events(ticket.case)
    spoke = await store.spoke_for_client(ticket.case)
    away = await who_is_away(store, ticket.case) if ticket.open else {}
    reader = Reader(ticket, client=False, now=store.now, spoke=spoke, away=away)
    said, earlier = await talk(store, ticket, _, before, most)
    return History(
        ticket,
        ours(ticket.state, _, passed_on=bool(ticket.open_lowers)),
        shortened(subject(reader), SUBJECT),
        [*map(plain, facts(reader, _))],
        plain(strip(ticket.case, store.now, _)),
        timeline(reader, events, _),
        said,
        earlier,
        moves(ticket, events, _),
        await deliveries(store, ticket, _),
    )


def plain(text: Text | str) -> str:
    """Return words without their marks."""
    return text.plain if isinstance(text, Text) else text


def facts(reader: Reader, _: Gettext) -> list[Text | str]:
    """Return what the card says beside the request, a line each."""
    ticket, now = reader.ticket, reader.now
    found: list[Text | str] = [
        whose_move(ticket, _) if ticket.open else "",
        until(ticket, now, _),
        who_asks(reader, _),
        machine(reader, _),
        *what_was_answered(reader, _),
        *(level_below(lower, now, _) for lower in ticket.lowers),
        fill(_("Sent back for rework: {n}"), n=ticket.rework) if ticket.rework else "",
        fill(_("Rated {stars} of 5"), stars=ticket.stars) if ticket.stars else "",
        *not_reached(reader, _),
    ]
    return [each for each in found if each]


async def talk(
    store: Store, ticket: Ticket, _: Gettext, before: int | None, most: int
) -> tuple[list[Line], int | None]:
    """Return what was said as the party's chat has it, its own notes among it, in order."""
    copies = await store.copies_for(ticket, most + 1, before)
    earlier = copies[1].message_id if len(copies) > most else None
    found = []
    for copy in copies[-most:]:
        message = copy.message
        said, lost, who = await for_reader(store, message, copy, ticket, _)
        note = message.purpose is Purpose.NOTE
        found.append(
            Line(
                message.id,
                who.plain,
                _("note") if note else purpose_words(message, _),
                message.said_at,
                in_words(said, lost, _).plain or rich(said),
                "" if said.withdrawn else said.quote.plain,
                things(said, _),
                copy.origin,
                note,
                edited=message.version > 1,
                waits=copy.waits and ticket.open,
            )
        )
    return found, earlier


def rich(said: Content) -> str:
    """Return the words of what has a form of its own: they are not shown beside it in a chat."""
    return "" if said.withdrawn else said.text.plain


def things(said: Content, _: Gettext) -> list[str]:
    """Return what came beside the words: its kind, and its name if it has one."""
    if said.withdrawn:
        return []
    media = [each.media for each in said.album or (said,) if each.media]
    return [" · ".join(filter(None, (kind(each.kind, _), each.name))) for each in media]


def moves(reader: Ticket, events: Sequence[Event], _: Gettext) -> Sheet:
    """Return what was done: to one's own and the neighbouring tickets, or to all for the first."""
    tickets = {each.id: each for each in reader.case.tickets}
    rows: list[list[Cell]] = [
        [each.at, tickets[each.ticket_id].number, what(each, _), by_whom(reader, each, _)]
        for each in events
        if timed(reader, tickets[each.ticket_id])
    ]
    return Sheet(_("Moves"), [_("When"), _("Ticket"), _("What"), _("Who")], rows)


def what(event: Event, _: Gettext) -> str:
    """Return what came of a move."""
    match event.what:
        case "rate":
            words = _("rated")
        case Move.PASS_ON:
            words = ours(event.after, _, passed_on=True)
        case Move.ANSWER:
            words = _("answer")
        case Move.REOPEN:
            words = _("reopened")
        case _other:
            words = ours(event.after, _)
    return words[:1].upper() + words[1:]


def by_whom(reader: Ticket, event: Event, _: Gettext) -> str:
    """Return who made a move, as the reader may know them: only one's own people by name."""
    if event.party_id == reader.party_id:
        return event.person.name if event.person else _("nobody in person")
    if event.what == "offer":
        return ""
    if event.party_id is None:
        return _("the client") if event.person_id else _("by itself")
    theirs = [each for each in reader.case.tickets if each.party_id == event.party_id]
    if any(near(reader, each) for each in theirs):
        return theirs[0].party.name
    return fill(_("level {n}"), n=len(theirs[0].path) if theirs else "?").plain


async def deliveries(store: Store, reader: Ticket, _: Gettext) -> Sheet:
    """Return what is told to whom.

    That is what people say, as far as one's own chat has it: what comes here, and what neighbours
    are told of it; the first party, and whoever said it, is told of every level. Of all else that
    is for one's own chat it is what has not arrived.
    """
    tickets = {each.id: each for each in reader.case.tickets}
    lines = await store.deliveries_about(reader.case, TOLD)
    own = await store.has_of(reader, {each.message_id for each in lines if each.message_id})
    rows: list[list[Cell]] = [
        [
            line.queued_at,
            whose_chat(reader, ticket, line, _),
            delivery_words(line.doing, _),
            progress_words(line.state, _),
            reason_of(line, _),
        ]
        for line in lines
        if (ticket := tickets.get(line.ticket_id or 0)) and shows(reader, ticket, line, own)
    ]
    titles = [_("When"), _("For"), _("What"), _("State"), _("Why")]
    return Sheet(_("Deliveries"), titles, rows)


def shows(reader: Ticket, ticket: Ticket, line: Delivery, own: Mapping[int, bool]) -> bool:
    """Say whether a party is shown a delivery; *own*: the messages it has, and has said."""
    client = line.place == reader.case.client.place
    if ticket.id == reader.id and not client:
        return line.doing in WORDS or line.state not in DONE
    origin = own.get(line.message_id or 0)
    if line.doing not in WORDS or origin is None or (client and reader.upper_id):
        return False
    return timed(reader, ticket) or origin


def whose_chat(reader: Ticket, ticket: Ticket, line: Delivery, _: Gettext) -> str:
    """Return for whom a delivery is, as the reader may know them."""
    if line.place == reader.case.client.place:
        return _("The client")
    if ticket.id == reader.id or near(reader, ticket):
        return ticket.party.name
    return fill(_("level {n}"), n=len(ticket.path)).plain


def reason_of(line: Delivery, _: Gettext) -> str:
    """Say why something has not arrived, if it has not."""
    unclear = Reason.MAY_HAVE_ARRIVED if line.state is Progress.UNCLEAR else None
    reason = line.reason or unclear
    if reason is None or line.state not in {Progress.HELD, Progress.FAILED, Progress.UNCLEAR}:
        return ""
    words = reason_words(reason, _)
    return words[:1].upper() + words[1:]


def progress_words(state: Progress, _: Gettext) -> str:
    """Return where a delivery stands."""
    match state:
        case Progress.QUEUED:
            return _("Waiting for its turn")
        case Progress.SENDING:
            return _("On its way")
        case Progress.SENT:
            return _("Arrived")
        case Progress.HELD:
            return _("Held back")
        case Progress.UNCLEAR:
            return _("May have arrived, or not")
        case Progress.FAILED:
            return _("Not delivered")
        case Progress.SUPERSEDED:
            return _("Replaced by something newer")
        case Progress.CANCELLED:
            return _("Called off")
