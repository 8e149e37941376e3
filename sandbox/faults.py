"""Failures as facts: the next calls of a method, to a chat, that go wrong, and how."""

from dataclasses import asdict, dataclass
from typing import Self

from sandbox.refusals import WishError
from sandbox.text import Json

KEYS = frozenset({"status", "body", "text", "hang", "reset", "half", "delay", "retry_after"})


@dataclass(frozen=True)
class Wrong:
    """What the caller gets instead of an answer."""

    status: int = 200
    body: Json | None = None
    text: str | None = None  #: instead of a body: HTML of a proxy, say
    hang: float | None = None  #: seconds without an answer; then the connection breaks
    reset: bool = False  #: the connection breaks
    half: bool = False  #: the answer breaks off in the middle
    delay: float | None = (
        None  #: seconds by which effect and answer are late; nothing is wrong else
    )

    @property
    def late(self) -> bool:
        """Whether nothing is wrong with the answer, but that it comes late."""
        return self.delay is not None and not (
            self.body or self.text or self.hang or self.reset or self.half
        )

    @classmethod
    def parse(cls, given: Json) -> Self:
        """Read an answer as the control API writes it."""
        if strange := given.keys() - KEYS:
            raise WishError(f"A fault's answer has no {', '.join(sorted(strange))}.")
        if not given:
            raise WishError("A fault needs an answer, such as {'status': 502}.")
        if "retry_after" in given:
            seconds = _seconds(given["retry_after"])
            throttled: Json = {
                "ok": False,
                "error_code": 429,
                "description": f"Too Many Requests: retry after {round(seconds)}",
                "parameters": {"retry_after": round(seconds)},
            }
            return cls(status=429, body=throttled)
        status = given.get("status", 200)
        body, text = given.get("body"), given.get("text")
        if not isinstance(status, int) or not 100 <= status <= 599:
            raise WishError("A fault's status is an HTTP status.")
        if not isinstance(body, dict | None) or not isinstance(text, str | None):
            raise WishError("A fault's body is an object, its text a string.")
        if body is None and text is None and "status" in given:
            body = {"ok": False, "error_code": status, "description": "Internal Server Error"}
        return cls(
            status=status,
            body=body,
            text=text,
            hang=_seconds(given["hang"]) if "hang" in given else None,
            reset=given.get("reset") is True,
            half=given.get("half") is True,
            delay=_seconds(given["delay"]) if "delay" in given else None,
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
        if "retry_after" in given:
            answer = {"retry_after": given["retry_after"]}
        return cls(method.lower(), Wrong.parse(answer), chat, times, after)

    def told(self) -> Json:
        """Return the fault as the control API lists it."""
        answer = {
            key: value for key, value in asdict(self.answer).items() if value not in (None, False)
        }
        return {**asdict(self), "answer": answer}


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


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise WishError("Seconds are a number from 0.")
    return float(value)
