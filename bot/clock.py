"""The one clock: it follows the system's, but never jumps."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

PACE: Final = 0.5  #: how much faster or slower than real time it may run to catch up


def system() -> datetime:
    """Return the time that the machine tells."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one clock


def steady() -> float:
    """Return seconds that only go forward, also while the machine sleeps, where it can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Clock:
    """Tells the time in UTC.

    When the machine's clock is set an hour forward or back, deadlines must neither all pass at
    once nor stand still: this one goes on, and catches up by running faster or slower.
    """

    def __init__(
        self,
        told: Callable[[], datetime] = system,
        passes: Callable[[], float] = steady,
    ) -> None:
        self._system, self._steady = told, passes
        self._told, self._at = told(), passes()

    def go_on_from(self, last: datetime | None) -> None:
        """Be no earlier than what was told *last*, by whoever: time never goes back.

        What lies more than a day ahead is rather a mistake of that time.
        """
        if last and timedelta() < last - self() < timedelta(days=1):
            self._told = last

    def __call__(self) -> datetime:
        """Return the time."""
        at = self._steady()
        passed = timedelta(seconds=at - self._at)
        behind = self._system() - (self._told + passed)
        self._told += passed + max(-passed * PACE, min(behind, passed * PACE))
        self._at = at
        return self._told
