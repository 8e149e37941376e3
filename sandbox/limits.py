"""How fast a bot may be: sliding windows, judged when a call arrives (TELEGRAM.md, 2.1)."""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from math import ceil
from typing import Final


class Budget(Enum):
    """What counts together."""

    SEND = auto()  #: messages and edits
    REACT = auto()
    DELETE = auto()


@dataclass(frozen=True)
class Window:
    """At most so many within any so many seconds."""

    most: int
    seconds: float


CHAT: Final = Window(1, 1.0)
GROUP: Final = Window(20, 60.0)
BOT: Final = Window(30, 1.0)

#: Methods that are counted; whatever is not here is free.
COUNTED: Final = {
    "sendMessage": Budget.SEND,
    "sendPhoto": Budget.SEND,
    "sendLivePhoto": Budget.SEND,
    "sendVideo": Budget.SEND,
    "sendAnimation": Budget.SEND,
    "sendAudio": Budget.SEND,
    "sendDocument": Budget.SEND,
    "sendVoice": Budget.SEND,
    "sendVideoNote": Budget.SEND,
    "sendSticker": Budget.SEND,
    "sendMediaGroup": Budget.SEND,
    "sendLocation": Budget.SEND,
    "sendVenue": Budget.SEND,
    "sendContact": Budget.SEND,
    "sendPoll": Budget.SEND,
    "sendDice": Budget.SEND,
    "createForumTopic": Budget.SEND,
    "copyMessage": Budget.SEND,
    "editMessageText": Budget.SEND,
    "editMessageCaption": Budget.SEND,
    "editMessageMedia": Budget.SEND,
    "editMessageReplyMarkup": Budget.SEND,
    "setMessageReaction": Budget.REACT,
    "deleteMessage": Budget.DELETE,
    "deleteMessages": Budget.DELETE,
}


class Limits:
    """What was let through lately. What is refused leaves no trace and costs nothing."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self._logs: dict[tuple[object, ...], deque[float]] = {}

    def wait(self, budget: Budget, chat: int, now: float, *, items: int = 1) -> int:
        """Let a call through and return 0, or return the seconds to wait.

        The items of an album come at once, but otherwise count one by one: that is not
        documented, so it is the dearer reading (TELEGRAM.md, 2.1).
        """
        if not self.on:
            return 0
        windows = [(("chat", budget, chat), CHAT, 1), (("bot",), BOT, items)]
        if chat < 0:
            windows.append((("group", budget, chat), GROUP, items))
        logs = [
            (self._logs.setdefault(key, deque(maxlen=window.most)), window, cost)
            for key, window, cost in windows
        ]
        waits = [
            log[last] + window.seconds - now
            for log, window, cost in logs
            if (last := len(log) + cost - window.most - 1) >= 0 and now - log[last] < window.seconds
        ]
        if waits:
            return max(ceil(max(waits)), 1)
        for log, _, cost in logs:
            log.extend([now] * cost)
        return 0

    def clear(self) -> None:
        """Forget what was let through."""
        self._logs.clear()
