"""The judge's book: every call with its times, and everything that happened, in one order."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Generic, Protocol, TypeVar

from sandbox.text import Json

KEPT: Final = 100_000  #: calls, and events, that are remembered at least


@dataclass
class Call:
    """One call of the Bot API; without ``answered`` it is under way."""

    seq: int
    method: str
    chat: int | None
    params: Json
    arrived: float
    answered: float | None = None
    ok: bool | None = None  #: stays None where a fault took the answer away
    error_code: int | None = None
    description: str | None = None
    message_id: int | None = None  #: of the message that the call made or changed
    status: int | None = None  #: of HTTP; stays None where no answer arrived
    done: float | None = None  #: when the effect happened, if it did
    messages: list[int] | None = None  #: all that the call made, changed, marked or took away
    fault: Json | None = None  #: what went wrong on purpose

    def told(self) -> Json:
        """Return the call as the control API lists it."""
        return {key: value for key, value in vars(self).items() if value is not None}


@dataclass
class Attempt:
    """One try to hand an update to the webhook; without ``answered`` it is under way."""

    seq: int
    update_id: int
    update: str  #: its kind
    begun: float
    answered: float | None = None
    status: int | None = None  #: stays None where no answer came
    error: str | None = None
    again_in: float | None = None  #: seconds to the next try, before the pace is counted in

    def told(self) -> Json:
        """Return the attempt as the control API lists it."""
        return {key: value for key, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Event:
    """Something people can see."""

    seq: int
    facts: Json


class Numbered(Protocol):
    """What a log holds."""

    @property
    def seq(self) -> int:
        """The place in the one order of everything."""


Line = TypeVar("Line", bound=Numbered)


class Log(Generic[Line]):
    """Numbered lines, of which at least the last ``KEPT`` are remembered."""

    def __init__(self) -> None:
        self._lines: list[Line] = []

    def append(self, line: Line) -> None:
        """Write a line down, and forget the older half when there are too many."""
        self._lines.append(line)
        if len(self._lines) > 2 * KEPT:
            del self._lines[:KEPT]

    def after(self, seq: int) -> list[Line]:
        """Return the lines with a higher number than *seq*."""
        return self._lines[bisect_right(self._lines, seq, key=attrgetter("seq")) :]


class Journal:
    """Calls and events. Whoever wants to know adds a callback to ``listeners``."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.seq = 0
        self.calls: Log[Call] = Log()
        self.events: Log[Event] = Log()
        self.attempts: Log[Attempt] = Log()
        self.under_way = 0  #: calls, but for getUpdates, and effects that are late
        self.stir = 0  #: counts whatever happens, but for getUpdates
        self.listeners: list[Callable[[], None]] = []

    def arrives(self, method: str, chat: int | None, params: Json) -> Call:
        """Write down that a call is here."""
        self.seq += 1
        call = Call(self.seq, method, chat, params, self._clock())
        self.calls.append(call)
        if method != "getUpdates":
            self.under_way += 1
            self.stir += 1
        self._ring()
        return call

    def happens(self, call: Call, messages: list[int]) -> None:
        """Write down that a call has its effect, and on which messages."""
        call.done = self._clock()
        if messages:
            call.messages, call.message_id = messages, messages[0]

    def leaves(self, call: Call, answer: Json | None, status: int | None) -> None:
        """Write down what a call was answered; None if the answer got lost."""
        call.answered, call.status = self._clock(), status
        if answer is not None:
            call.ok = answer.get("ok") is True
            call.error_code = answer.get("error_code")
            call.description = answer.get("description")
        if call.method != "getUpdates":
            self.under_way -= 1
            self.stir += 1
        self._ring()

    def tries(self, update_id: int, kind: str) -> Attempt:
        """Write down that an update is on its way to the webhook."""
        self.seq += 1
        self.stir += 1
        attempt = Attempt(self.seq, update_id, kind, self._clock())
        self.attempts.append(attempt)
        self._ring()
        return attempt

    def tried(self, attempt: Attempt, status: int | None, error: str | None) -> None:
        """Write down what came of it."""
        self.stir += 1
        attempt.answered, attempt.status, attempt.error = self._clock(), status, error
        self._ring()

    def tell(self, kind: str, chat: int | None, **facts: object) -> None:
        """Write down what happened."""
        self.seq += 1
        self.stir += 1
        self.events.append(Event(self.seq, {"seq": self.seq, "kind": kind, "chat": chat, **facts}))
        self._ring()

    def _ring(self) -> None:
        for listener in self.listeners:
            listener()
