"""Lists and histories: what a chat may see of its tickets, with durations as of now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from relay.card import (
    SUBJECT,
    Reader,
    mine,
    promise,
    strip,
    subject,
    until,
    what_to_do,
    whose_move,
)
from relay.channel import Act, Button, Post
from relay.holding import CLIENT, Phase, spent
from relay.language import Gettext
from relay.making import is_number
from relay.moves import State
from relay.speaker import Speaker
from relay.store import Brief, Store
from relay.tables import Client, Event, Intake, Message, Party, Ticket
from relay.text import Text, bold, fill, joined, lines, quote, shortened
from relay.words import for_client, gist, ours, theirs

PAGE = 6  #: tickets on a page: what a phone shows without much scrolling
CASES = 10  #: of a client
NOTHING = timedelta()
SHORTEST = timedelta(minutes=1)  #: that is worth a word
LINE = 60  #: characters of a subject in a list


async def of_party(store: Store, party: Party, page: int, _: Gettext) -> Post:
    """List a party's open tickets, those that need its move first."""
    tickets = sorted(await store.open_in_brief(party), key=urgent)
    if not tickets:
        return Post(Text(_("No open tickets here. New ones will appear in this chat.")))
    pages = (len(tickets) + PAGE - 1) // PAGE
    page = min(max(page, 0), pages - 1)
    order = [each.id for each in tickets[page * PAGE : (page + 1) * PAGE]]
    shown = sorted(await store.open_tickets(party, order), key=lambda each: order.index(each.id))

    parts: list[Text] = []
    heading = ""
    for ticket in shown:
        state = heading_of(ticket, _)
        if state != heading:
            heading = state
            parts.append(bold(state))
        spoke = await store.spoke_for_client(ticket.case)
        parts.append(entry(Reader(ticket, client=False, now=store.now, spoke=spoke), _))
    title = fill(_("Open tickets: {n}"), n=len(tickets))
    if pages > 1:
        said = _("Open tickets: {n}, page {page} of {pages}")
        title = fill(said, n=len(tickets), page=page + 1, pages=pages)
    turn = [
        Button(arrow, Act.PAGE, to)
        for arrow, to in (("◀️", page - 1), ("▶️", page + 1))
        if 0 <= to < pages
    ]
    return Post(joined("\n\n", [title, *parts]), buttons=[turn] if turn else [])


def urgent(ticket: Brief) -> tuple[bool, str, datetime]:
    """Order tickets: those that wait for this chat first, then by state, the oldest first."""
    return not ticket.mine, ticket.state, ticket.since


def heading_of(ticket: Ticket, _: Gettext) -> str:
    """Return under which heading a ticket is listed."""
    if mine(ticket):
        return _("Your move")
    state = ours(ticket.state, _, passed_on=bool(ticket.open_lowers))
    return state[:1].upper() + state[1:]


def entry(reader: Reader, _: Gettext) -> Text:
    """Return a ticket in a list: number, state, holder, age, what it is about, strip."""
    ticket, now = reader.ticket, reader.now
    return lines(
        fill(
            _("{number} · {state} · {age}"),
            number=bold(ticket.number),
            state=ours(ticket.state, _, passed_on=bool(ticket.open_lowers)),
            age=_.duration(now - ticket.since),
        ),
        shortened(subject(reader), LINE),
        "" if mine(ticket) else whose_move(ticket, _),
        until(ticket, now, _),
        strip(ticket.case, now, _),
    )


async def of_ticket(store: Store, ticket: Ticket, _: Gettext) -> Post:
    """Tell the story of one case as far as the ticket's party may see it."""
    events = await store.events(ticket.case)
    times = held(events, ticket, store.now)
    spoke = await store.spoke_for_client(ticket.case)
    reader = Reader(ticket, client=False, now=store.now, spoke=spoke)
    levels = [level(ticket, each, times, store.now, _) for each in ticket.case.tickets]
    text = lines(
        fill(
            _("{number} · {state}, for {age}"),
            number="📋 " + bold(ticket.number),
            state=ours(ticket.state, _, passed_on=bool(ticket.open_lowers)),
            age=_.duration(store.now - ticket.since),
        ),
        shortened(subject(reader), SUBJECT),
        whose_move(ticket, _) if ticket.open else "",
        until(ticket, store.now, _),
        strip(ticket.case, store.now, _),
    )
    waited = spelled(times.get(CLIENT, {}), _)
    if waited:
        levels.insert(0, fill(_("The client: {times}"), times=waited))
    notes = [note_line(each, store.now, _) for each in await store.notes(ticket)]
    if notes:
        notes.insert(0, bold(_("Notes")))
    return Post(joined("\n\n", [text, lines(*levels), lines(*notes)]))


def level(
    reader: Ticket,
    ticket: Ticket,
    times: dict[int, dict[Phase, timedelta]],
    now: datetime,
    _: Gettext,
) -> Text:
    """Return what the reader may know of one level: its own and its neighbours' times and names.

    The first party sees the times of all levels of its cases.
    """
    spelled_out = spelled(times.get(ticket.id, {}), _) if timed(reader, ticket) else ""
    rated = ticket.stars and (reader.upper_id is None or reader.id in {ticket.id, ticket.upper_id})
    seen = _("rated {stars} of 5").format(stars=ticket.stars) if rated else ""
    details = joined(", ", (spelled_out, seen))
    due = deadline(reader, ticket, now, _)
    return lines(
        level_head(reader, ticket, _),
        "   " + details if details else "",
        "   " + due if due else "",
    )


def near(reader: Ticket, ticket: Ticket) -> bool:
    """Say whether a ticket is the reader's own, or right above or below it."""
    return ticket.id == reader.id or ticket.upper_id == reader.id or reader.upper_id == ticket.id


def timed(reader: Ticket, ticket: Ticket) -> bool:
    """Say whether the reader may know a ticket's times."""
    return near(reader, ticket) or reader.upper_id is None


def level_head(reader: Ticket, ticket: Ticket, _: Gettext) -> Text:
    """Return a level's number, whose it is, and its state, as the reader may know them."""
    far = fill(_("level {n}"), n=len(ticket.path)).plain
    lower = ticket.upper_id == reader.id and not ticket.open_lowers
    return fill(
        _("{number} · {party}: {state}"),
        number=bold(ticket.number) if ticket.id == reader.id else ticket.number,
        party=ticket.party.name if near(reader, ticket) else far,
        state=theirs(ticket.state, _)
        if lower
        else ours(ticket.state, _, passed_on=bool(ticket.open_lowers)),
    )


def deadline(reader: Ticket, ticket: Ticket, now: datetime, _: Gettext) -> Text | str:
    """Return a level's deadline; where none runs, since when its time for a result is used up.

    The one that runs for the reader's own ticket is told above all levels.
    """
    if not timed(reader, ticket):
        return ""
    if ticket.due_at:
        return until(ticket, now, _) if ticket.id != reader.id else ""
    if ticket.late_since is None:
        return ""
    return fill(_("Late since {moment}"), moment=_.moment(ticket.late_since, now))


def held(
    events: Sequence[Event], ticket: Ticket, now: datetime
) -> dict[int, dict[Phase, timedelta]]:
    """Return how long each level has had the move so far."""
    log = [(each.at, each.ticket_id, each.after) for each in events]
    uppers = {each.id: each.upper_id for each in ticket.case.tickets}
    return spent(log, uppers, now)


def spelled(times: dict[Phase, timedelta], _: Gettext) -> str:
    """Return times in words: what for, and how long."""
    return ", ".join(
        f"{phase_words(phase, _)} {_.duration(times[phase])}"
        for phase in Phase
        if times.get(phase, NOTHING) >= SHORTEST
    )


def phase_words(phase: Phase, _: Gettext) -> str:
    """Return what a stretch of time went into."""
    match phase:
        case Phase.OFFERED:
            return _("waited to be taken")
        case Phase.WORKING:
            return _("worked")
        case Phase.ASKED:
            return _("was asked")
        case Phase.CHECKING:
            return _("checked")
        case Phase.REWORK:
            return _("reworked")


def note_line(note: Message, now: datetime, _: Gettext) -> Text:
    """Return an internal note with its author."""
    who = note.person.name if note.person else ""
    return fill(
        _("{moment} {name}: {words}"),
        moment=_.moment(note.said_at, now),
        name=who,
        words=gist(note.said, _),
    )


async def of_client(store: Store, client: Client, _: Gettext) -> Post:
    """List a client's own cases, the open ones first."""
    cases = await store.client_cases(client, CASES)
    tickets = [each for case in cases for each in case.tickets if each.upper_id is None]
    tickets.sort(key=lambda each: not each.open)
    entries = [client_entry(each, store.now, _) for each in tickets]
    if asked := await store.intake_of(client):
        entries.insert(0, not_sent_yet(asked, _))
    if not entries:
        return Post(Text(_("You have no requests yet. Write what happened, and we take care.")))
    return Post(joined("\n\n", entries))


def not_sent_yet(asked: Intake, _: Gettext) -> Text:
    """Return a request about which its client is still being asked something."""
    return lines(
        fill(
            _("Not with {party} yet: answer my question, or write /skip."), party=asked.party.name
        ),
        quote(shortened(gist(asked.message.said, _).plain, LINE)),
    )


def client_entry(ticket: Ticket, now: datetime, _: Gettext) -> Text:
    """Return one case as its client reads it."""
    return lines(
        fill(
            _("{number} · {state} · {moment}"),
            number=bold(ticket.number),
            state=for_client(ticket.state, _),
            moment=_.moment(ticket.since, now),
        ),
        what_to_do(ticket, _) if ticket.state in {State.WAITING, State.RESOLVED} else "",
        promise(ticket, now, _),
        quote(shortened(ticket.case.subject, LINE)),
    )


async def of_client_ticket(store: Store, ticket: Ticket, _: Gettext) -> Post:
    """Tell a client how their case stands, and how long each side has had it."""
    events = await store.events(ticket.case)
    times = held(events, ticket, store.now)
    client = times.pop(CLIENT, {})
    waited = spelled(client, _)
    served = sum((each for phases in times.values() for each in phases.values()), timedelta())
    return Post(
        lines(
            client_entry(ticket, store.now, _),
            fill(
                _("Time with {party}: {age}"),
                party=ticket.party.name,
                age=_.duration(served),
            ),
            fill(_("You: {times}"), times=waited) if waited else "",
        )
    )


async def of_number(store: Store, speaker: Speaker, number: str) -> Ticket | None:
    """Return the ticket that a number means in this chat; of others' tickets nothing is said."""
    if speaker.party:
        return await store.ticket_of(speaker.party, number)
    if speaker.client:
        tickets = await store.client_tickets(speaker.client, still_open=False)
        return next((each for each in tickets if is_number(number, each)), None)
    return None
