"""The card: a ticket as its party, or the client, reads it now, with the moves they may make.

It shows moments, not durations, so it does not age.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relay.channel import Act, Button, Post, Reason
from relay.content import Content
from relay.deadlines import CLOCKS, Clock
from relay.holding import CLIENT, holders
from relay.language import Gettext
from relay.masks import HIDDEN, masked, nameless, veiled
from relay.moves import IN_HAND, Move, State, Who, possible
from relay.tables import Case, Client, Person, Sees, Ticket
from relay.text import Text, bold, fill, joined, lines, quote, shortened
from relay.words import for_client, label, ours, theirs

CARRIED = 2500  #: characters of a request that a card has room for; longer ones follow it
SUBJECT = 80  #: characters
NO_WORDS = "📎"  #: the subject of a request that has none
SHORT = 10  #: characters of a button of which three fit side by side
OURS = Who.MEMBER | Who.LEAD
THEIRS = Who.UPPER | Who.UPPER_LEAD


@dataclass(frozen=True)
class Reader:
    """For whom a card is: what they are to the tickets on it, and what they may know."""

    ticket: Ticket
    client: bool  #: the client's own chat
    now: datetime
    spoke: Iterable[Person] = ()  #: persons to be masked where the client is hidden
    below: bool = False  #: whether there is anybody to pass the ticket on to
    #: since when chats cannot be reached: by the ticket, or ``CLIENT``
    away: Mapping[int, datetime] = field(default_factory=dict)

    @property
    def sees(self) -> Sees:
        """What this reader may know about the client."""
        return Sees.FULL if self.client else sees(self.ticket)

    def told(self, text: Text) -> Text:
        """Return *text* as this reader may read it."""
        return told(text, self.sees, self.ticket.case, self.spoke)


def told(text: Text, allowed: Sees, case: Case, spoke: Iterable[Person]) -> Text:
    """Return *text* without what a reader must not learn about the client."""
    if allowed is Sees.FULL:
        return text
    return masked(text, names(case, spoke, allowed))


def showable(
    content: Content, allowed: Sees, case: Case, spoke: Iterable[Person]
) -> tuple[Content, Reason | None]:
    """Return what a reader may be shown of *content*, and why it is not all of it."""
    if allowed is Sees.FULL:
        return content, None
    return veiled(content, names(case, spoke, allowed))


def sees(ticket: Ticket) -> Sees:
    """Return what a ticket's party may know about the client: what every link above it allows."""
    allowed = {granted(each) for each in ticket.path if each.link}
    for strictest in (Sees.HIDDEN, Sees.NAME):
        if strictest in allowed:
            return strictest
    return Sees.FULL


def granted(ticket: Ticket) -> Sees:
    """Return what the link over which a ticket came tells about the client by now."""
    agreed = ticket.link.client if ticket.link else Sees.FULL
    if agreed is Sees.WHEN_TAKEN:
        return Sees.FULL if ticket.taken else Sees.HIDDEN
    return agreed


def names(case: Case, spoke: Iterable[Person], allowed: Sees) -> list[str]:
    """Return every word that a reader must not see: usernames, and names if they are hidden.

    Those of earlier days are among them: they stand in what was said then.
    """
    known: list[Client | Person] = [case.client, *spoke]
    former = [name for each in known for name in each.former]
    usernames = [each.username for each in known if each.username]
    usernames += [name[1:] for name in former if name.startswith("@")]
    if allowed is not Sees.HIDDEN:
        return usernames
    called = [each.name for each in known] + [name for name in former if not name.startswith("@")]
    if case.equipment and case.equipment.client:
        called.append(case.equipment.client)
    return usernames + [word for each in called for word in (each, *each.split())]


def to_client(ticket: Ticket, place: str) -> bool:
    """Say whether a chat reads a ticket as its client: whatever is not the party's own chat."""
    return ticket.upper_id is None and place != ticket.party.place


def card(reader: Reader, _: Gettext) -> Post:
    """Render the ticket for *reader*."""
    text = client_text(reader, _) if reader.client else party_text(reader, _)
    return Post(text, buttons=buttons(reader, _))


def party_text(reader: Reader, _: Gettext) -> Text:
    """Return what a party's card says."""
    ticket, now = reader.ticket, reader.now
    state = fill(
        _("{number} · {state} · {moment}"),
        number=bold(ticket.number),
        state=ours(ticket.state, _, passed_on=bool(ticket.open_lowers)),
        moment=_.moment(ticket.since, now),
    )
    return lines(
        state,
        whose_move(ticket, _) if ticket.open else "",
        until(ticket, now, _),
        who_asks(reader, _),
        machine(reader, _),
        *what_was_answered(reader, _),
        *(level_below(lower, now, _) for lower in ticket.lowers),
        fill(_("Sent back for rework: {n}"), n=ticket.rework) if ticket.rework else "",
        fill(_("Rated {stars} of 5"), stars=ticket.stars) if ticket.stars else "",
        strip(ticket.case, now, _),
        *not_reached(reader, _),
        request(reader, _),
    )


def until(ticket: Ticket, now: datetime, _: Gettext) -> Text | str:
    """Say until when something is to be done, if that was agreed."""
    if ticket.due_at is None:
        return ""
    due = _.moment(ticket.due_at, now)
    match CLOCKS.get(ticket.state):
        case Clock.TAKE:
            return fill(_("To be taken by {moment}"), moment=due)
        case Clock.CHECK:
            return fill(_("To be checked by {moment}"), moment=due)
        case _:
            return fill(_("Due {moment}"), moment=due)


def level_below(lower: Ticket, now: datetime, _: Gettext) -> Text:
    """Say how it stands with a ticket right below, and until when something is to be done."""
    said = fill(
        _("{number} · {party}: {state} · {moment}"),
        number=lower.number,
        party=lower.party.name,
        state=theirs(lower.state, _),
        moment=_.moment(lower.since, now),
    )
    if not lower.required:
        said = fill(_("{line}, not waited for"), line=said)
    when = until(lower, now, _) if lower.open else ""
    return said + " (" + when + ")" if when else said


def client_text(reader: Reader, _: Gettext) -> Text:
    """Return what the client's card says: of the first party only."""
    ticket = reader.ticket
    return lines(
        fill(_("{number} · {party}"), number=bold(ticket.number), party=ticket.party.name),
        fill(
            _("{state} · {moment}"),
            state=for_client(ticket.state, _),
            moment=_.moment(ticket.since, reader.now),
        ),
        what_to_do(ticket, _),
        machine(reader, _),
        promise(ticket, reader.now, _),
        quote(shortened(ticket.case.subject, SUBJECT)),
    )


def what_to_do(ticket: Ticket, _: Gettext) -> str:
    """Tell the client what is expected of them now, if anything is."""
    match ticket.state:
        case State.OFFERED:
            return _("Reply to this message whenever you want to add something.")
        case State.WAITING:
            return _("Please answer: reply to the question.")
        case State.RESOLVED:
            return _("Please check: accept it, or return it and say what is missing.")
        case _:
            return ""


def promise(ticket: Ticket, now: datetime, _: Gettext) -> Text | str:
    """Tell the client until when it will be done, if the party tells its clients."""
    if not ticket.party.promise or ticket.due_at is None or ticket.state not in IN_HAND:
        return ""
    return fill(_("We mean to be done by {moment}."), moment=_.moment(ticket.due_at, now))


def not_reached(reader: Reader, _: Gettext) -> Iterator[Text]:
    """Say who cannot be reached: of the neighbours, and to the first party of everybody."""
    ticket, since = reader.ticket, reader.away
    if CLIENT in since and ticket.upper_id is None:
        said = _("The client cannot be reached since {moment}: what is for them waits.")
        yield fill(said, moment=_.moment(since[CLIENT], reader.now))
    for far in ticket.case.tickets:
        near = far.id == ticket.upper_id or ticket.id in {far.upper_id, far.path[0].id}
        if far.id in since and near and far is not ticket:
            said = _("{number} cannot be reached since {moment}: what is for them waits.")
            yield fill(said, number=far.number, moment=_.moment(since[far.id], reader.now))


def request(reader: Reader, _: Gettext) -> Text:
    """Return the request itself, if the card carries it, else what it is about."""
    asked = reader.ticket.case.request.said
    if asked.withdrawn:
        return quote(_("(withdrawn)"))
    if carries(asked):
        return quote(reader.told(asked.text))
    return quote(subject(reader))


def subject(reader: Reader) -> str:
    """Return what a case is about, as the reader may know it.

    What must not be read is struck out while the words are whole, and marked as they were said.
    """
    asked = reader.ticket.case.request.said
    if reader.sees is Sees.FULL or asked.withdrawn:
        return reader.ticket.case.subject
    return shortened(reader.told(asked.text).plain, SUBJECT) or NO_WORDS


def carries(asked: Content) -> bool:
    """Say whether a request stands on the card, and needs no message of its own."""
    plain = not (asked.media or asked.album or asked.withdrawn)
    return plain and len(asked.text.plain) <= CARRIED


def who_asks(reader: Reader, _: Gettext) -> Text | str:
    """Return the client as this reader may know them."""
    client = reader.ticket.case.client
    match reader.sees:
        case Sees.FULL:
            username = f" (@{client.username})" if client.username else ""
            return fill(_("Client: {name}"), name=client.name + username)
        case Sees.NAME:
            return fill(_("Client: {name}"), name=reader.told(Text(client.name)))
        case _:
            return fill(_("Client: {name}"), name=HIDDEN)


def what_was_answered(reader: Reader, _: Gettext) -> Iterator[Text]:
    """Say what the client was asked first; how to find them tells only who may know them."""
    case = reader.ticket.case
    if case.kind:
        yield fill(_("What is needed: {kind}"), kind=case.kind)
    if case.address and reader.sees is Sees.FULL:
        yield fill(_("Address: {address}"), address=case.address)
    if case.phone and reader.sees is Sees.FULL:
        yield fill(_("Telephone: {phone}"), phone=case.phone)


def machine(reader: Reader, _: Gettext) -> Text | str:
    """Return the equipment that a case is about, as this reader may know it.

    The client reads what stands on its sticker. Where it stands and whose it is tells who the
    client is.
    """
    what = ", ".join(machine_facts(reader))
    return fill(_("Equipment: {what}"), what=what) if what else ""


def machine_facts(reader: Reader) -> list[str]:
    """Return what a reader may know of the equipment that a case is about; nothing: of none."""
    about = reader.ticket.case.equipment
    if about is None:
        return []
    facts = [about.name, about.code]
    if not reader.client:
        facts += [about.model, about.serial]
    if reader.client:
        facts += [about.site]
    elif reader.sees is Sees.FULL:
        facts += [about.site, about.client]
    else:
        hidden = names(reader.ticket.case, reader.spoke, reader.sees)
        name, *others = facts
        facts = [reader.told(Text(name)).plain, *(nameless(each, hidden) for each in others)]
    return [*dict.fromkeys(each for each in facts if each)]


def whose_move(ticket: Ticket, _: Gettext) -> Text | str:
    """Say whose move it is, as the ticket's party may name them."""
    tickets = {each.id: each for each in ticket.case.tickets}
    mine = ticket.position
    says = []
    for holder, _end in moving(ticket.case):
        if holder == ticket.id:
            return bold(_("Your move"))
        if holder == CLIENT:
            says.append(_("The client's move"))
            continue
        party, position = tickets[holder].party, tickets[holder].position
        if position[:-1] == mine or mine[:-1] == position:
            says.append(fill(_("{party}'s move"), party=party.name).plain)
        else:
            says.append(fill(_("{party}'s move"), party=tickets[holder].number).plain)
    return joined(" · ", dict.fromkeys(says))


def mine(ticket: Ticket) -> bool:
    """Whether it is the move of the ticket's own party."""
    return any(holder == ticket.id for holder, _end in moving(ticket.case))


def moving(case: Case) -> list[tuple[int, int]]:
    """Return who holds each open branch of a case."""
    return holders((each.id, each.upper_id, each.state) for each in case.tickets)


def strip(case: Case, now: datetime, _: Gettext) -> Text:
    """Return the line that shows every level of the chain; one line for each open branch."""
    tickets = {each.id: each for each in case.tickets}
    branches = moving(case)
    leaves = [each for each in case.tickets if each.open and not each.open_lowers]
    shown = []
    done = [each for each in case.tickets if each.state is State.CLOSED]
    for leaf in leaves or [max(done or case.tickets[:1], key=lambda each: len(each.path))]:
        holder, end = next(
            ((holder, end) for holder, end in branches if end in leaf.position), (None, leaf.id)
        )
        levels = [("●" if each.id == holder else "") + each.number for each in leaf.path]
        if holder == CLIENT:
            levels.insert(0, "●" + _("client"))
        line = Text(" › ".join(levels))
        if holder is not None:
            since = _.moment(held_since(tickets[end], holder), now)
            line = fill(_("{strip}, since {moment}"), strip=line, moment=since)
        shown.append(line)
    return lines(*shown)


def held_since(end: Ticket, holder: int) -> datetime:
    """Return since when somebody holds a branch: a result from below brings the move back up."""
    ended = (lower.since for lower in end.lowers) if holder == end.id else ()
    return max(end.since, *ended, end.since)


def buttons(reader: Reader, _: Gettext) -> list[list[Button]]:
    """Return the moves that the reader may make: on their ticket, and on those right below."""
    ticket = reader.ticket
    if reader.client:
        return rows([Button(label(m, _), m, ticket.id) for m in pressable(ticket, Who.CLIENT)])
    who = OURS | (Who.NOBODY if ticket.upper else Who.FIRST_LEAD)
    own = [move for move in pressable(ticket, who) if reader.below or move is not Move.PASS_ON]
    found = rows([Button(label(move, _), move, ticket.id) for move in own])
    for lower in ticket.lowers:
        several = len(ticket.open_lowers) > 1
        found += rows(
            [
                Button(
                    f"{label(move, _)} {lower.number}" if several else label(move, _),
                    move,
                    lower.id,
                )
                for move in pressable(lower, THEIRS)
                if ticket.open
            ]
        )
    return found


def pressable(ticket: Ticket, who: Who) -> list[Move]:
    """Return the moves that make sense as buttons: those that can succeed now."""
    return [
        move
        for move in possible(ticket.state, who)
        if not (move is Move.RESOLVE and ticket.awaited)
        and not (move is Move.RECALL and ticket.state is State.RESOLVED)
        and not (move is Move.REOPEN and ticket.upper and ticket.upper.state not in IN_HAND)
    ]


def rows(found: list[Button]) -> list[list[Button]]:
    """Lay buttons out, two or three to a row: what a phone's width takes."""
    wide = 3 if all(len(each.label) <= SHORT for each in found) else 2
    return [found[at : at + wide] for at in range(0, len(found), wide)]


def result_buttons(ticket: Ticket, _: Gettext) -> list[list[Button]]:
    """Return what the one above may do with a result."""
    if ticket.state is not State.RESOLVED:
        return []
    return [[Button(label(move, _), move, ticket.id) for move in (Move.ACCEPT, Move.RETURN)]]


def stars(ticket: Ticket) -> list[list[Button]]:
    """Return the buttons that rate a ticket."""
    return [[Button(f"{count} ★", Act.RATE, ticket.id, count) for count in range(1, 6)]]
