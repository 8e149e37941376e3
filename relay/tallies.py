"""Tallies: what the log of a case comes to, ticket by ticket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from relay.holding import CLIENT, Phase, spent, whole_seconds
from relay.moves import IN_HAND, Move, State
from relay.tables import Case, Event, Ticket

NOTHING = timedelta()


def tallies(case: Case, events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return a row of ``Tally`` for each ticket of a case, as of the last of its *events*."""
    if not events:
        return []
    log = [(each.at, each.ticket_id, each.after) for each in events]
    until = whole_seconds(events[-1].at)
    held = spent(log, {each.id: each.upper_id for each in case.tickets}, until)
    histories = defaultdict[int, list[Event]](list)
    for each in events:
        histories[each.ticket_id].append(each)
    rows = [
        tally(ticket, histories[ticket.id], until)
        | phases(held.get(ticket.id, {}))
        | of_client(held.get(CLIENT, {}) if ticket.upper_id is None else {})
        for ticket in case.tickets
        if histories[ticket.id]
    ]
    closed = next((each["closed_at"] for each in rows if each["upper_id"] is None), None)
    return [each | {"case_closed_at": closed} for each in rows]


def tally(ticket: Ticket, events: Sequence[Event], until: datetime) -> dict[str, Any]:
    """Return what a ticket's own *events* say, from when it was offered to when it ended."""
    stood = in_states(events, until)
    path = ticket.path
    return {
        "ticket_id": ticket.id,
        "bot": ticket.bot,
        "case_id": ticket.case_id,
        "upper_id": ticket.upper_id,
        "party_id": ticket.party_id,
        "upper_party_id": ticket.upper.party_id if ticket.upper else None,
        "first_party_id": path[0].party_id,
        "link_id": ticket.link_id,
        "level": len(path),
        "kind": ticket.case.kind,
        "state": ticket.state,
        "opened_at": whole_seconds(events[0].at),
        "taken_at": last(events, Move.TAKE),
        "resolved_at": last(events, Move.RESOLVE),
        "closed_at": last(events, Move.ACCEPT) if ticket.state is State.CLOSED else None,
        "ended_at": None if ticket.open else whole_seconds(ticket.since),
        "reopened_at": last(events, Move.REOPEN),
        "to_take": stood[State.OFFERED],
        "to_resolve": sum((stood[each] for each in IN_HAND), NOTHING),
        "to_answer": stood[State.WAITING],
        "in_check": stood[State.RESOLVED],
        "promised": ticket.promised,
        "late": ticket.late_since is not None,
        "returned": sum(each.what in {Move.RETURN, Move.REOPEN} for each in events),
        "reopened": sum(each.what == Move.REOPEN for each in events),
        "stars": ticket.stars,
    }


def in_states(events: Sequence[Event], until: datetime) -> dict[State, timedelta]:
    """Return how long a ticket stood in each state."""
    stood = defaultdict[State, timedelta](timedelta)
    ends = [*(whole_seconds(each.at) for each in events[1:]), until]
    for each, end in zip(events, ends, strict=True):
        stood[each.after] += end - whole_seconds(each.at)
    return stood


def last(events: Sequence[Event], move: Move) -> datetime | None:
    """Return when a move was last made."""
    return max((whole_seconds(each.at) for each in events if each.what == move), default=None)


def phases(held: dict[Phase, timedelta]) -> dict[str, timedelta]:
    """Return how long a ticket's party had the move, and for what."""
    return {phase.value: held.get(phase, NOTHING) for phase in Phase}


def of_client(held: dict[Phase, timedelta]) -> dict[str, timedelta]:
    """Return how long the client had it."""
    return {
        "client_asked": held.get(Phase.ASKED, NOTHING),
        "client_checking": held.get(Phase.CHECKING, NOTHING),
    }
