"""How fast a messenger may be spoken to: a sliding log of calls, not a bucket.

A bucket refills while it is being emptied, and so breaks "20 in any minute"; a log cannot.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

UNANSWERED = timedelta(seconds=25)  #: when a call that got no answer counts as answered


@dataclass(frozen=True)
class Window:
    """At most *calls* within any stretch of time as long as *span*."""

    calls: int
    span: timedelta


@dataclass
class Call:
    """One call that was let through; its age counts from the answer."""

    keys: tuple[Hashable, ...]
    answered: datetime | None = None


@dataclass
class Limiter:
    """Lets a call through when every window it falls into has room.

    The older call reached the messenger before its answer came, the newer leaves after its
    start: whatever the network does in between, arrivals keep the distance.
    """

    _log: dict[Hashable, deque[Call]] = field(default_factory=lambda: defaultdict(deque))

    def free_at(self, windows: Iterable[tuple[Hashable, Window]], now: datetime) -> datetime | None:
        """Return when a call could start: *now* or later, or None while answers are awaited."""
        at = now
        for key, window in windows:
            log = self._log[key]
            while log and log[0].answered and log[0].answered + window.span <= now:
                log.popleft()
            young = [call for call in log if not aged(call, window, now)]
            if len(young) < window.calls:
                continue
            ages = sorted(call.answered for call in young if call.answered)
            leaves = len(young) - window.calls  # so many must have aged before there is room
            if len(ages) <= leaves:
                return None
            at = max(at, ages[leaves] + window.span)
        return at

    def start(self, windows: Iterable[tuple[Hashable, Window]]) -> Call:
        """Note that a call leaves now."""
        call = Call(tuple(key for key, _ in windows))
        for key in call.keys:
            self._log[key].append(call)
        return call

    def finish(self, call: Call, at: datetime) -> None:
        """Note when a call was answered, or given up."""
        call.answered = at


def aged(call: Call, window: Window, now: datetime) -> bool:
    """Say whether a call counts no more."""
    return call.answered is not None and call.answered + window.span <= now
