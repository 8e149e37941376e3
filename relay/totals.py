"""Totals: what many tickets come to, in numbers that can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar

from relay.holding import Phase

ALL: Final = 100  #: percent
Amount = TypeVar("Amount", int, timedelta)


@dataclass(frozen=True)
class Spread:
    """How long something took: half of the tickets no longer than the one, nine of ten the other.

    Both are times that a ticket took (nearest rank); none: there were no tickets.
    """

    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True)
class Totals:
    """What the tickets of some period come to.

    But for ``opened`` and ``reopened`` all is about the tickets that were closed in it, and still
    are.
    """

    opened: int = 0  #: offered to their party
    closed: int = 0
    reopened: int = 0
    promised: int = 0  #: a time to resolve them was agreed
    kept: int = 0  #: and that was kept
    reworked: int = 0  #: sent back at least once
    rated: int = 0
    stars: int = 0  #: of all that were rated together
    to_take: Spread = field(default=Spread())
    to_resolve: Spread = field(default=Spread())
    in_check: Spread = field(default=Spread())

    @property
    def in_time(self) -> float | None:
        """The share of those promised that were done in time; none: nothing was promised."""
        return self.kept / self.promised if self.promised else None

    @property
    def rework(self) -> float | None:
        """The share of those closed that were sent back."""
        return self.reworked / self.closed if self.closed else None

    @property
    def rating(self) -> float | None:
        """The mean of the stars; none: nobody rated."""
        return self.stars / self.rated if self.rated else None


#: How long somebody had the move, and for what.
Times = dict[Phase, timedelta]


def whole(times: Times) -> timedelta:
    """Return how long that is altogether."""
    return sum(times.values(), timedelta())


def added(one: Times, other: Times) -> Times:
    """Return both together."""
    return {
        phase: one.get(phase, timedelta()) + other.get(phase, timedelta())
        for phase in Phase
        if phase in one or phase in other
    }


def percents(parts: Sequence[Amount]) -> list[int | None]:
    """Return the share of each part in whole percent, so that all of them are 100.

    What rounding down leaves over goes to those that lose most by it. None: there is nothing.
    """
    total = sum(parts[1:], parts[0]) if parts else None
    if not total:
        return [None] * len(parts)
    found: list[int] = [each * ALL // total for each in parts]
    loses = sorted(range(len(parts)), key=lambda at: parts[at] * ALL % total, reverse=True)
    for at in loses[: ALL - sum(found)]:
        found[at] += 1
    return [*found]
