"""Failures as facts: the next calls of a method, to a chat, that go wrong, and how."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Self

from sandbox.refusals import WishError
from sandbox.text import Json

KEYS = frozenset(
    {
        *("status", "body", "text", "base64", "retry_after", "adds"),
        *("hang", "reset", "half", "delay", "late"),
    }
)


@dataclass(frozen=True)
class Wrong:
    """What the caller gets instead of an answer."""

    status: int = 200
    body: Json | None = None
    raw: bytes | None = None  #: instead of a body: HTML of a proxy, say, or no UTF-8 at all
    content_type: str = "text/html"  #: of what is raw
    adds: Json | None = None  #: the true answer, with this in its result
    hang: float | None = None  #: seconds without an answer; then the connection breaks
    reset: bool = False  #: the connection breaks
    half: bool = False  #: the answer breaks off in the middle
    delay: float | None = None  #: seconds by which effect and answer are late
    late: float | None = None  #: seconds by which the effect is later than the answer

    @property
    def breaks(self) -> bool:
        """Whether the caller gets no whole answer."""
        return self.reset or self.half or self.hang is not None

    @property
    def true(self) -> bool:
        """Whether the call is made all the same, and its caller told what came of it."""
        said = self.body is not None or self.raw is not None
        return not (said or self.breaks or self.late is not None)

    def added(self, answer: Json) -> Json:
        """Return an answer with what is to be added to its result."""
        if self.adds is None or not isinstance(answer.get("result"), dict):
            return answer
        return {**answer, "result": {**answer["result"], **self.adds}}

    def told(self) -> Json:
        """Return the answer as the control API lists it."""
        told = {key: each for key, each in vars(self).items() if each not in (None, False)}
        if self.raw is None:
            del told["content_type"]
        else:
            told["raw"] = self.raw.decode(errors="replace")
        return told

    @classmethod
    def parse(cls, given: Json) -> Self:
        """Read an answer as the control API writes it."""
        if strange := given.keys() - KEYS:
            raise WishError(f"A fault's answer has no {', '.join(sorted(strange))}.")
        if not given:
            raise WishError("A fault needs an answer, such as {'status': 502}.")
        status, body, adds = given.get("status", 200), given.get("body"), given.get("adds")
        raw, kind = _raw(given)
        if "retry_after" in given:
            seconds = round(_seconds(given["retry_after"]))
            status, body = 429, _error(429, f"Too Many Requests: retry after {seconds}")
            body["parameters"] = {"retry_after": seconds}
        if not isinstance(status, int) or not 100 <= status <= 599:
            raise WishError("A fault's status is an HTTP status.")
        if not isinstance(body, dict | None) or not isinstance(adds, dict | None):
            raise WishError("A fault's body, and what it adds, are objects.")
        if body is None and raw is None and "status" in given:
            body = _error(status, "Internal Server Error")
        return cls(
            status,
            body,
            raw,
            kind,
            adds,
            reset=given.get("reset") is True,
            half=given.get("half") is True,
            **{key: _seconds(given[key]) for key in ("hang", "delay", "late") if key in given},
        )


@dataclass
class Fault:
    """The next *times* calls of *method*, to *chat* if it is given, get a wrong answer.

    With *after* the effect has happened by then, and only its answer is lost.
    """

    method: str
    answer: Wrong
    chat: int | None = None
    times: int = 1
    after: bool = False

    @classmethod
    def parse(cls, given: Json) -> Self:
        """Read a fault as the control API writes it."""
        method, chat, times = given.get("method"), given.get("chat"), given.get("times", 1)
        answer, after = given.get("answer", {}), given.get("after", False)
        if strange := given.keys() - {"method", "chat", "times", "answer", "after", "retry_after"}:
            raise WishError(f"A fault has no {', '.join(sorted(strange))}.")
        if not isinstance(method, str) or not method:
            raise WishError("A fault needs the name of a method, or *.")
        if not isinstance(chat, int | None) or not isinstance(times, int) or times < 1:
            raise WishError("A fault's chat is an id and its times a number from 1.")
        if not isinstance(answer, dict) or not isinstance(after, bool):
            raise WishError("A fault's answer is an object, its after true or false.")
        if after and "late" in answer:
            raise WishError("An effect is either before the answer or late, not both.")
        if "retry_after" in given:
            answer = {"retry_after": given["retry_after"]}
        return cls(method.lower(), Wrong.parse(answer), chat, times, after)

    def told(self) -> Json:
        """Return the fault as the control API lists it."""
        return {**vars(self), "answer": self.answer.told()}


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, method: str, chat: int | None) -> Fault | None:
        """Return the fault that hits this call, and count it."""
        for fault in self.waiting:
            if fault.method in (method.lower(), "*") and fault.chat in (None, chat):
                fault.times -= 1
                if not fault.times:
                    self.waiting.remove(fault)
                return fault
        return None


def _raw(given: Json) -> tuple[bytes | None, str]:
    """Return what is sent as it is, and of which kind it is."""
    match given:
        case {"text": str(text)}:
            return text.encode(), "text/html"
        case {"base64": str(encoded)}:
            try:
                return b64decode(encoded, validate=True), "application/json"
            except ValueError as error:
                raise WishError("A fault's base64 is none.") from error
        case _:
            return None, "text/html"


def _error(code: int, text: str) -> Json:
    return {"ok": False, "error_code": code, "description": text}


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise WishError("Seconds are a number from 0.")
    return float(value)
