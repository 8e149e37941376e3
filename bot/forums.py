"""Which chats have topics: as updates say, else as it is asked for once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

#: Asks the messenger about a chat; None: it does not say.
Ask = Callable[[], Awaitable[dict[str, Any] | None]]


class Forums:
    """What one process knows of chats: topics can be switched on and off at any time."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def hear(self, chat: int, *, topics: bool) -> None:
        """Note what an update says of a chat."""
        self._known[chat] = topics

    async def has_topics(self, chat: int, ask: Ask) -> bool:
        """Say whether a chat has topics."""
        if chat not in self._known:
            told = await ask()
            if told is None:
                return False
            self._known[chat] = bool(told.get("is_forum"))
        return self._known[chat]
