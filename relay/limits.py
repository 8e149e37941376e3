"""How fast a messenger may be spoken to: a sliding log of calls, not a bucket.

A bucket refills while it is being emptied, and so breaks "20 in any minute"; a log cannot.
Moments here are seconds of a clock that only goes forward.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

UNANSWERED: Final = (
    25.0  #: seconds after its start when a call without an answer counts as answered
)
SLOWER: Final = 0.9  #: of the rate is used for a while where even that was too fast


@dataclass(frozen=True)
class Window:
    """At most *calls* within any stretch of time as long as *span*."""

    calls: int
    span: timedelta

    def tightened(self) -> "Window":
        """Return the same for a messenger that wants us slower than it says."""
        return replace(self, span=self.span / SLOWER)


@dataclass(eq=False)
class Call:
    """One call that was let through; its age counts from the answer."""

    keys: tuple[Hashable, ...]
    begun: float
    answered: float | None = None


@dataclass
class Limiter:
    """Lets a call through when every window it falls into has room.

    The older call reached the messenger before its answer came, the newer leaves after its
    start: whatever the network does in between, arrivals keep the distance.
    """

    _log: dict[Hashable, deque[Call]] = field(default_factory=lambda: defaultdict(deque))

    def free_at(self, windows: Iterable[tuple[Hashable, Window]], now: float) -> float | None:
        """Return when a call could start: *now* or later, or None while answers are awaited."""
        at = now
        for key, window in windows:
            log, span = self._log[key], window.span.total_seconds()
            while log and aged(log[0], span / SLOWER, now):
                log.popleft()
            young = [call for call in log if not aged(call, span, now)]
            if len(young) < window.calls:
                continue
            ages = sorted(call.answered for call in young if call.answered is not None)
            leaves = len(young) - window.calls  # so many must have aged before there is room
            if len(ages) <= leaves:
                return None
            at = max(at, ages[leaves] + span)
        return at

    def start(self, windows: Iterable[tuple[Hashable, Window]], now: float) -> Call:
        """Note that a call leaves now."""
        call = Call(tuple(key for key, _ in windows), now)
        for key in call.keys:
            self._log[key].append(call)
        return call

    def cancel(self, call: Call) -> None:
        """Forget a call that did not leave after all."""
        for key in call.keys:
            self._log[key].remove(call)

    def finish(self, call: Call, at: float, *, unclear: bool = False) -> None:
        """Note when a call was answered; an *unclear* one may reach the messenger yet."""
        call.answered = max(at, call.begun + UNANSWERED) if unclear else at


def aged(call: Call, span: float, now: float) -> bool:
    """Say whether a call counts no more."""
    return call.answered is not None and call.answered + span <= now
