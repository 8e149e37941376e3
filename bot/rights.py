"""Who is an administrator of a chat: asked before a transaction, and remembered for a minute."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiogram import Bot
from aiogram.exceptions import AiogramError

log = logging.getLogger(__name__)

KEPT: Final = timedelta(seconds=60)
DOUBTED: Final = timedelta(seconds=2)  #: before somebody is refused, it is asked again after this


@dataclass(frozen=True)
class Administrators:
    """Those of one chat, as they were at some moment."""

    people: frozenset[int]
    asked: datetime


class Rights:
    """The administrators of the chats that a bot hears from."""

    def __init__(self, bot: Bot, clock: Callable[[], datetime]) -> None:
        self._bot, self._clock = bot, clock
        self._known: dict[int, Administrators] = {}

    def leads(self, chat: int, person: int) -> bool:
        """Say whether a person is an administrator of a chat, as far as we know."""
        known = self._known.get(chat)
        return known is not None and person in known.people

    async def refresh(self, chat: int, doubted: int | None = None) -> None:
        """Make sure that what is known of a chat is fresh.

        A person who is about to be refused, *doubted*, may have become an administrator just now.
        """
        known = self._known.get(chat)
        if known:
            age = self._clock() - known.asked
            if age < (KEPT if doubted is None or doubted in known.people else DOUBTED):
                return
        try:
            found = await self._bot.get_chat_administrators(chat)
        except AiogramError as error:
            log.warning("administrators of a chat are not known: %s", type(error).__name__)
            return
        people = frozenset(each.user.id for each in found)
        self._known[chat] = Administrators(people, self._clock())

    def forget(self, chat: int) -> None:
        """Ask again next time: somebody's role in the chat has changed."""
        self._known.pop(chat, None)
