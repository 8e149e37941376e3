"""What a party is told without asking: deadlines, ends of offers, and what is open, once a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from relay.card import Reader, result_buttons, subject, to_client, whose_move
from relay.channel import Button, Post, Reason
from relay.deadlines import BEFORE, CLOCKS, Clock, Step
from relay.language import Gettext
from relay.moves import IN_HAND, RULES, Move, State
from relay.offers import candidates
from relay.outbox import Notice
from relay.store import Brief, Store
from relay.tables import Delivery, Party, Progress, Ticket
from relay.text import Text, bold, fill, joined, lines, shortened
from relay.words import label, theirs

LISTED = 8  #: tickets that a digest names of each kind; more are counted
LINE = 40  #: characters of a subject in a digest


async def due_post(
    store: Store, facts: dict[str, Any], reader: Ticket, place: str, _: Gettext
) -> Post | None:
    """Tell somebody how it stands with a deadline; nothing, if it is of no concern any more."""
    ticket = await store.ticket(facts["of"])
    clock, step = Clock(facts["clock"]), Step(facts["step"])
    if ticket is None or CLOCKS.get(ticket.state) is not clock:
        return None
    if step in BEFORE and facts["due"] <= store.now.timestamp():  # the chat was away till then
        return None
    words: dict[str, Text | str] = {
        "number": bold(reader.number),
        "moment": _.moment(datetime.fromtimestamp(facts["due"], UTC), store.now),
        "since": _.moment(datetime.fromtimestamp(facts["since"], UTC), store.now),
        "lower": named(reader, ticket),
    }
    said = fill(due_words(ticket, clock, step, to_client(reader, place), _), **words)
    return Post(said, buttons=due_buttons(ticket, clock, _))


def due_words(ticket: Ticket, clock: Clock, step: Step, client: bool, _: Gettext) -> str:
    """Return what is said about a deadline, to be filled in."""
    match clock, step:
        case Clock.TAKE, Step.PASSED:
            return _(
                "{number} · This should have been taken by {moment}. The client has been waiting "
                "since {since}."
            )
        case Clock.TAKE, _step if ticket.upper is None:
            return _(
                "{number} · Nobody has taken this yet, and the client has been waiting since "
                "{since}. Please take it by {moment}."
            )
        case Clock.TAKE, _step:
            return _(
                "{number} · Nobody has taken this yet. Please take it or decline it by {moment}: "
                "after that it goes to somebody else."
            )
        case Clock.CHECK, _step if client:
            return _(
                "{number} · Is everything all right now? Accept it, or return it and say what is "
                "missing. If we hear nothing by {moment}, it counts as done."
            )
        case Clock.CHECK, _step:
            return _(
                "{number} · The result of {lower} waits for you. Accept it or return it by "
                "{moment}: after that it counts as accepted."
            )
        case _clock, Step.HALF:
            return _("{number} · Half of the agreed time is used. It is due {moment}.")
        case _clock, Step.MOST:
            return _("{number} · Little of the agreed time is left. It is due {moment}.")
        case _clock, Step.PASSED:
            return _(
                "{number} · It was due {moment}. Please resolve it, or ask if you need something."
            )
        case _:
            return _("{number} · {lower}: it was due {moment}, and is not done.")


def due_buttons(ticket: Ticket, clock: Clock, _: Gettext) -> list[list[Button]]:
    """Return what whoever is to act can do at once."""
    match clock:
        case Clock.TAKE:
            return [[Button(label(each, _), each, ticket.id) for each in (Move.TAKE, Move.DECLINE)]]
        case Clock.CHECK:
            return result_buttons(ticket, _)
        case _:
            return []


def named(reader: Ticket, ticket: Ticket) -> str:
    """Return a ticket as the party of another one may know it: of neighbours, with the name."""
    near = ticket.upper_id == reader.id
    return f"{ticket.number} ({ticket.party.name})" if near else ticket.number


async def nobody_left_post(
    store: Store, facts: dict[str, Any], ticket: Ticket, _: Gettext
) -> Post | None:
    """Tell a party that nobody took what it passed on, and offer what it can do now.

    That is of no concern any more when it was passed on again since; others may be at work.
    """
    since = [each for each in ticket.open_lowers if each.id > facts.get("last", 0)]
    if ticket.state not in RULES[Move.RESOLVE].before or since:
        return None
    refused = (State.DECLINED, State.EXPIRED)
    trail = [
        fill(
            _("{number} · {party}: {state}"),
            number=each.number,
            party=each.party.name,
            state=theirs(each.state, _),
        )
        for each in ticket.lowers
        if each.state in refused
    ]
    choices = [
        [Button("➡️ " + shortened(link.lower.name, 30), Move.PASS_ON, ticket.id, link.lower_id)]
        for link in await candidates(store, ticket)
    ]
    return Post(
        lines(
            fill(_("{number} · Nobody has taken it:"), number=bold(ticket.number)),
            *trail,
            _("Pass it on again, or do it yourselves: it is your move.")
            if ticket.state in IN_HAND
            else _("Once your question is answered, pass it on again, or do it yourselves."),
        ),
        buttons=choices,
    )


async def late_promise_post(
    store: Store, facts: dict[str, Any], ticket: Ticket, _: Gettext
) -> Post | None:
    """Warn a party that a lower may be done only after it should be done itself."""
    lower = await store.ticket(facts["lower"])
    if lower is None or not lower.open:
        return None
    said = _(
        "{number} · By your agreement {lower} has time until {until}, but your own deadline is "
        "{due}. If that is too late, press Recall and pass it on to somebody else."
    )
    until, due = (datetime.fromtimestamp(facts[each], UTC) for each in ("until", "due"))
    return Post(
        fill(
            said,
            number=bold(ticket.number),
            lower=named(ticket, lower),
            until=_.moment(until, store.now),
            due=_.moment(due, store.now),
        )
    )


async def digest_post(store: Store, line: Delivery, _: Gettext) -> Post | None:
    """Tell a party what is open, those first that wait for it; of several days, the last one."""
    party = await store.party(line.payload["party"])
    for other in await store.waiting_like(line, f"notice:{Notice.DIGEST}:{line.payload['party']}:"):
        other.state, other.reason = Progress.SUPERSEDED, Reason.NEWER
    tickets = await store.open_in_brief(party) if party else []
    if party is None or not tickets:
        return None
    late = [each for each in tickets if overdue(each, store.now)]
    move = [each for each in tickets if each.mine and each not in late]
    others = [each for each in tickets if each not in late and each not in move]
    sections = [
        (fill(_("Overdue: {n}"), n=len(late)), late),
        (fill(_("Your move: {n}"), n=len(move)), move),
        (fill(_("Waiting for others: {n}"), n=len(others)), others),
    ]
    told = [
        lines(bold(heading), *await entries(store, party, found, _))
        for heading, found in sections
        if found
    ]
    heading = _.plural("{n} ticket is open.", "{n} tickets are open.", len(tickets))
    end = _("/status shows all of them. /party changes when this comes, or stops it.")
    return Post(joined("\n\n", [heading, *told, end]), quiet=True)


def overdue(ticket: Brief | Ticket, now: datetime) -> bool:
    """Whether its own deadline has passed: to take it, or to be done with it."""
    mine = CLOCKS.get(ticket.state) is not Clock.CHECK
    return bool(mine and ticket.due_at and ticket.due_at <= now)


async def entries(
    store: Store, party: Party, tickets: Sequence[Brief], _: Gettext
) -> list[Text | str]:
    """Return a line for each ticket, as many as are read."""
    found: list[Text | str] = []
    for ticket in await store.open_tickets(party, [each.id for each in tickets[:LISTED]]):
        spoke = await store.spoke_for_client(ticket.case)
        reader = Reader(ticket, client=False, now=store.now, spoke=spoke)
        found.append(
            fill(
                _("{number} · {move} · {subject}"),
                number=ticket.number,
                move=whose_move(ticket, _),
                subject=shortened(subject(reader), LINE),
            )
        )
    more = len(tickets) - LISTED
    if more > 0:
        found.append(_.plural("and {n} more", "and {n} more", more))
    return found
