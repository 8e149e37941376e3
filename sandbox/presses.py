"""Presses of buttons that wait for the bot's answer."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from sandbox.refusals import TOO_OLD, bad
from sandbox.text import Json

ANSWERABLE: Final = 10.0  #: seconds; not documented, so the dearer reading (TELEGRAM.md, 1.6)


@dataclass(eq=False)
class Press:
    """Somebody pressed a button. ``answer`` is what the bot made of it."""

    id: str
    person: int
    chat: int
    at: float
    answer: Json | None = None


class Presses:
    """All presses of the last while."""

    def __init__(self) -> None:
        self._count = 0
        self._open: OrderedDict[str, Press] = OrderedDict()

    def begin(self, person: int, chat: int, now: float) -> Press:
        """Note a press, and give it an id nobody can mistake for a number of ours."""
        self._count += 1
        press = Press(f"{person}{self._count:010d}", person, chat, now)
        while self._open and next(iter(self._open.values())).at + ANSWERABLE < now:
            self._open.popitem(last=False)
        self._open[press.id] = press
        return press

    def answer(self, press_id: str, answer: Json, now: float) -> Press:
        """Note the bot's answer.

        Raises:
            ApiError: there is no such press, it was answered, or that was too long ago.

        """
        press = self._open.pop(press_id, None)
        if press is None or press.at + ANSWERABLE < now:
            raise bad(TOO_OLD)
        press.answer = answer
        return press

    def clear(self) -> None:
        """Forget all presses; ids are not used again."""
        self._open.clear()
