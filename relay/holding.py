"""Whose move it is, and how long each level has had it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from relay.moves import OPEN, State

CLIENT = 0  #: stands for the client where a ticket's id is expected


class Phase(StrEnum):
    """What a stretch of time went into."""

    OFFERED = "offered"  #: waiting to be taken
    WORKING = "working"
    ASKED = "asked"  #: the one above was asked something
    CHECKING = "checking"  #: the one above checks the result
    REWORK = "rework"


PHASES = {
    State.OFFERED: Phase.OFFERED,
    State.WORKING: Phase.WORKING,
    State.WAITING: Phase.ASKED,
    State.RESOLVED: Phase.CHECKING,
    State.RETURNED: Phase.REWORK,
}


@dataclass
class Tree:
    """The states of a case's tickets at some moment, and who stands above whom."""

    uppers: dict[int, int | None] = field(default_factory=dict)
    states: dict[int, State] = field(default_factory=dict)

    def branches(self) -> list[tuple[int, int]]:
        """Return, for every open branch, who holds it and the ticket it ends in."""
        found: list[tuple[int, int]] = []
        for ticket, upper in self.uppers.items():
            if upper is None and self.states[ticket] in OPEN:
                found.extend(self._below(ticket))
        return found

    def _below(self, ticket: int) -> list[tuple[int, int]]:
        if self.states[ticket] in {State.WAITING, State.RESOLVED}:
            return [(self.uppers[ticket] or CLIENT, ticket)]
        lowers = [
            lower
            for lower, upper in self.uppers.items()
            if upper == ticket and self.states[lower] in OPEN
        ]
        if not lowers or self.states[ticket] is State.OFFERED:
            return [(ticket, ticket)]
        return [branch for lower in lowers for branch in self._below(lower)]


def holders(tickets: Iterable[tuple[int, int | None, State]]) -> list[tuple[int, int]]:
    """Return who holds each open branch now, and the ticket it ends in."""
    tree = Tree()
    for ticket, upper, state in tickets:
        tree.uppers[ticket], tree.states[ticket] = upper, state
    return tree.branches()


@dataclass(frozen=True)
class Stretch:
    """A while in which one had the move."""

    holder: int  #: a ticket, or ``CLIENT``
    end: int  #: the ticket that the branch ends in, about which it was
    phase: Phase
    begin: datetime
    until: datetime

    @property
    def lasted(self) -> timedelta:
        """How long it was."""
        return self.until - self.begin


def whole_seconds(at: datetime) -> datetime:
    """Return the second in which something happened: so parts sum to the whole."""
    return at.replace(microsecond=0)


def stretches(
    log: Iterable[tuple[datetime, int, State]], uppers: Mapping[int, int | None], until: datetime
) -> list[Stretch]:
    """Return who had the move when, and for what, in the order in which the stretches ended.

    *log* holds every change of a ticket's state, in order. Each branch is covered from the
    beginning to its end without gap or overlap, in whole seconds: whoever counts, counts the same.
    """
    tree = Tree()
    since = dict[tuple[int, int, Phase], datetime]()
    found = list[Stretch]()

    def turn(at: datetime) -> None:
        """Let the stretches end that are over, and those begin that are not under way."""
        now = {(holder, end, PHASES[tree.states[end]]) for holder, end in tree.branches()}
        for over in [each for each in since if each not in now]:
            found.append(Stretch(*over, since.pop(over), at))
        for fresh in sorted(now):
            since.setdefault(fresh, at)

    for at, ticket, state in log:
        tree.uppers[ticket], tree.states[ticket] = uppers[ticket], state
        turn(whole_seconds(at))
    end = whole_seconds(until)
    found += [Stretch(*still, begin, end) for still, begin in since.items()]
    return found


def spent(
    log: Iterable[tuple[datetime, int, State]], uppers: Mapping[int, int | None], until: datetime
) -> dict[int, dict[Phase, timedelta]]:
    """Return how long each ticket's party, and the client, has had the move, and for what."""
    times = defaultdict[int, dict[Phase, timedelta]](dict)
    for each in stretches(log, uppers, until):
        phases = times[each.holder]
        phases[each.phase] = phases.get(each.phase, timedelta()) + each.lasted
    return dict(times)
