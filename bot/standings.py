"""How the bot stands in a chat: asked before the transaction that needs to know it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any, Final

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import ChatFullInfo, User

from handlers.standing import Asked

log = logging.getLogger(__name__)

PATIENCE: Final = 5  #: seconds; somebody waits for the answer
MOST: Final = 100  #: answers that wait to be used
GROUPS: Final = {"group", "supergroup"}
OUTSIDE: Final = {"left", "kicked"}


class Standings:
    """What was asked for each update that has to do with it, until it is handled."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._asked: dict[str, Asked] = {}

    def lacks(self, raw: str) -> bool:
        """Say whether we have yet to ask, to handle an update."""
        return raw not in self._asked and concerned(raw) is not None

    async def prepare(self, raws: Sequence[str]) -> None:
        """Ask what the updates need; without an answer that is what is known."""
        if len(self._asked) > MOST:
            self._asked.clear()
        needed = {raw: found for raw in raws if self.lacks(raw) and (found := concerned(raw))}
        answers = await asyncio.gather(
            *(self._ask(chat, oneself) for chat, oneself in needed.values())
        )
        self._asked |= zip(needed, answers, strict=True)

    def taken(self, raw: str) -> Asked:
        """Return what was asked for an update, and forget it: next time it is asked anew."""
        return self._asked.pop(raw, Asked(None))

    async def _ask(self, chat: int, oneself: bool) -> Asked:
        bot: User | None = None
        found: ChatFullInfo | None = None
        me: Any = None
        try:
            bot = await self._bot.get_me(request_timeout=PATIENCE)  # it may have changed
            found = await self._bot.get_chat(chat, request_timeout=PATIENCE)
            if oneself:
                me = await self._bot.get_chat_member(chat, bot.id, request_timeout=PATIENCE)
        except AiogramError as error:
            log.warning("how the bot stands in a chat is not known: %s", type(error).__name__)
        return Asked(found, me, bot)


def concerned(raw: str) -> tuple[int, bool] | None:
    """Return the group of which an update needs to know how we stand, if it does.

    And whether it does not tell of our membership itself.
    """
    if "my_chat_member" not in raw and "/check" not in raw:
        return None
    update = json.loads(raw)
    change, message = update.get("my_chat_member"), update.get("message") or {}
    chat = (change or message).get("chat") or {}
    if chat.get("type") not in GROUPS:
        return None
    if change:
        thrown_out = change["new_chat_member"]["status"] in OUTSIDE  # nobody would tell us more
        return None if thrown_out else (chat["id"], False)
    return (chat["id"], True) if str(message.get("text", "")).startswith("/check") else None
