"""Deadlines: which one runs for a ticket, until when, and what is to happen on the way there.

Time counts in the working hours of the party whose move it is. What it was asked to wait for does
not count, nor does the time in which its result is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from relay.hours import ALWAYS, Hours, hours
from relay.moves import IN_HAND, State
from relay.tables import Link, Party, Ticket


class Clock(StrEnum):
    """What a deadline is for; one at a time runs for a ticket."""

    TAKE = "take"
    RESOLVE = "resolve"
    CHECK = "check"


class Step(StrEnum):
    """What happens on the way to a deadline, and after it."""

    HALF = "half"  #: half of the time is used
    MOST = "most"
    PASSED = "passed"
    UPPER = "upper"  #: it is long past, and the one above hears of it
    FIRST = "first"  #: and so does the first party


#: How much of the agreed time is used by then.
SHARES: Final = {
    Step.HALF: 0.5,
    Step.MOST: 0.8,
    Step.PASSED: 1.0,
    Step.UPPER: 1.25,
    Step.FIRST: 1.5,
}

BEFORE: Final = (Step.HALF, Step.MOST)  #: what is said of a deadline before it passes

CLOCKS: Final = {
    State.OFFERED: Clock.TAKE,
    State.WORKING: Clock.RESOLVE,
    State.RETURNED: Clock.RESOLVE,
    State.RESOLVED: Clock.CHECK,
}


def agreed(ticket: Ticket) -> timedelta | None:
    """Return the time that the terms leave for what is to be done now; None: all there is."""
    terms: Link | Party = ticket.link or ticket.party
    match CLOCKS.get(ticket.state):
        case Clock.TAKE:
            return terms.take_within
        case Clock.RESOLVE:
            return terms.resolve_within
        case Clock.CHECK:
            return terms.check_within
        case _:
            return None


def works(party: Party) -> Hours:
    """Return when a party works."""
    return hours(party.hours, party.timezone, party.country)


def mover(ticket: Ticket) -> Hours:
    """Return the working hours of whose move it is; a client has none, and so all the time."""
    if CLOCKS.get(ticket.state) is not Clock.CHECK:
        return works(ticket.party)
    return works(ticket.upper.party) if ticket.upper else ALWAYS


def leave(ticket: Ticket, now: datetime) -> None:
    """Count what a ticket used of its time, as it is about to leave its state."""
    if ticket.state in IN_HAND:
        ticket.used += works(ticket.party).between(ticket.since, now)
        if ticket.due_at and ticket.due_at <= now:
            ticket.late_since = ticket.due_at


def begin(ticket: Ticket, now: datetime) -> None:
    """Let the time for a result count from *now* on: the ticket was taken, or opened again."""
    ticket.promised_at, ticket.used, ticket.late_since = now, timedelta(), None


def wind(ticket: Ticket) -> None:
    """Let the deadline of the state run that a ticket has come into, or that it is in."""
    if ticket.state in IN_HAND:
        ticket.promised = agreed(ticket) is not None
    steps = dict(plan(ticket))
    ticket.due_at = steps.get(Step.PASSED)
    ticket.alert_at = min(steps.values(), default=None)


def plan(ticket: Ticket) -> Iterator[tuple[Step, datetime]]:
    """Yield what is to happen while a ticket stays as it is, and when, in order."""
    length = agreed(ticket)
    if length is None:
        return
    counts = mover(ticket)
    budget = counts.budget(length)
    used = ticket.used if ticket.state in IN_HAND else timedelta()
    for step in steps(ticket):
        left = budget * SHARES[step] - used
        if left > timedelta():
            yield step, counts.after(ticket.since, left)
        elif step is Step.PASSED:  # before it came into this state
            yield step, ticket.late_since or ticket.since


def steps(ticket: Ticket) -> list[Step]:
    """Return what can happen to a ticket as it stands: it is told ever higher, up to the first."""
    if CLOCKS.get(ticket.state) is not Clock.RESOLVE or ticket.upper is None:
        return [Step.HALF, Step.MOST, Step.PASSED]
    return list(SHARES) if ticket.upper.upper else [*SHARES][:-1]


def next_step(ticket: Ticket, now: datetime) -> datetime | None:
    """Return when something happens after *now*, if the ticket stays as it is."""
    return min((at for _, at in plan(ticket) if at > now), default=None)


def passed(ticket: Ticket, now: datetime) -> list[Step]:
    """Return what has come due by *now* and was not done before, in order."""
    since = ticket.alert_at
    return [
        step
        for step, at in plan(ticket)
        if at <= now and since and (since <= at or step is Step.PASSED)
    ]


def started(ticket: Ticket) -> datetime:
    """Return when the deadline that runs began: it tells one from the next of its kind."""
    counts = ticket.state in IN_HAND and ticket.promised_at
    return counts or ticket.since


def promised(link: Link, now: datetime) -> datetime | None:
    """Return until when a party would be done, if it was offered something *now*."""
    if link.resolve_within is None:
        return None
    counts = works(link.lower)
    taken = counts.after(now, counts.budget(link.take_within)) if link.take_within else now
    return counts.after(taken, counts.budget(link.resolve_within))
