"""How fast a chat may speak to us: so much at once, and what is more waits for its turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

AT_ONCE: Final = 30  #: things that somebody may say or press without waiting
EVERY: Final = timedelta(seconds=2)  #: between those that are more
MANY: Final = 1000  #: lanes of which it is known how they stand, until those at rest are forgotten


class Flood:
    """The pace of every lane. Nothing is dropped: it says when the next one may be handled.

    A lane pays for each thing with a moment of its time. It may be ahead of the clock by as much
    as it may say at once; so after a rest it may do so again.
    """

    def __init__(self, at_once: int = AT_ONCE, every: timedelta = EVERY) -> None:
        self._every, self._ahead = every, at_once * every
        self._paid: dict[str, datetime] = {}  #: till when each lane has used its time
        self._since: dict[str, datetime] = {}  #: lanes that are slowed, since when

    def took(self, lane: str, now: datetime, count: int) -> None:
        """Note that so many things of a lane are handled now."""
        if len(self._paid) > MANY:
            self._paid = {each: paid for each, paid in self._paid.items() if paid > now}
        self._paid[lane] = max(self._used(lane, now), now) + count * self._every

    def free_at(self, lane: str, now: datetime) -> datetime:
        """Return when the next thing of a lane may be handled; what is not later than now: now."""
        return self._used(lane, now) - self._ahead + self._every

    def slowed(self, lane: str, now: datetime) -> datetime:
        """Note that a lane has more than may be handled now; return since when that is so."""
        return self._since.setdefault(lane, now)

    def waiting(self, now: datetime) -> dict[str, datetime]:
        """Return the lanes that were slowed and may not go on yet, with the moment when they may.

        One that has been at rest is not slowed any more.
        """
        self._since = {
            each: since for each, since in self._since.items() if self._used(each, now) > now
        }
        free = {lane: self.free_at(lane, now) for lane in self._since}
        return {lane: at for lane, at in free.items() if at > now}

    def _used(self, lane: str, now: datetime) -> datetime:
        # If the clock was set back, nobody pays for more than they can have used.
        return min(self._paid.get(lane, now), now + self._ahead)
