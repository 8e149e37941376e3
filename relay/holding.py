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


def spent(
    log: Iterable[tuple[datetime, int, State]], uppers: Mapping[int, int | None], until: datetime
) -> dict[int, dict[Phase, timedelta]]:
    """Return how long each ticket's party, and the client, has had the move, and for what.

    *log* holds every change of a ticket's state, in order. Each branch is charged from the
    beginning to its end without gap or overlap.
    """
    tree, times = Tree(), defaultdict[int, dict[Phase, timedelta]](dict)
    previous: datetime | None = None

    def charge(to: datetime) -> None:
        for holder, end in tree.branches() if previous else ():
            phase = PHASES[tree.states[end]]
            times[holder][phase] = times[holder].get(phase, timedelta()) + (to - (previous or to))

    for at, ticket, state in log:
        charge(at)
        tree.uppers[ticket], tree.states[ticket] = uppers[ticket], state
        previous = at
    charge(until)
    return dict(times)
