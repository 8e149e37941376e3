"""Who is an administrator of a chat: asked before a transaction, and remembered for a minute."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiogram import Bot
from aiogram.enums import ChatMemberStatus
from aiogram.exceptions import AiogramError, ClientDecodeError
from aiogram.types import ChatMemberRestricted

from bot.errors import sort
from bot.session import Failed
from relay.channel import Held, Reason

log = logging.getLogger(__name__)

KEPT: Final = timedelta(seconds=60)
PATIENCE: Final = 5  #: seconds; somebody waits for what they pressed
DOUBTED: Final = timedelta(seconds=2)  #: before somebody is refused, it is asked again after this

AWAY: Final = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}


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
        self._left: dict[tuple[int, int], tuple[bool, datetime]] = {}

    def leads(self, chat: int, person: int) -> bool:
        """Say whether a person is an administrator of a chat, as far as we know."""
        known = self._known.get(chat)
        return known is not None and person in known.people

    def of(self, chat: int) -> frozenset[str]:
        """Return who the administrators of a chat are, as far as we know, in the relay's words."""
        known = self._known.get(chat)
        return frozenset(map(str, known.people)) if known else frozenset()

    def fresh(self, chat: int, doubted: int | None = None) -> bool:
        """Say whether what is known of a chat is fresh enough.

        A person who is about to be refused, *doubted*, may have become an administrator just now.
        """
        known = self._known.get(chat)
        if known is None:
            return False
        sure = doubted is None or doubted in known.people
        return self._clock() - known.asked < (KEPT if sure else DOUBTED)

    async def ask(self, chat: int) -> None:
        """Ask who the administrators are; without an answer all stays as it was.

        Of a chat that we were removed from nobody is known to be one any more.
        """
        known = self._known.get(chat)
        people = known.people if known else frozenset()
        try:
            found = await self._bot.get_chat_administrators(chat, request_timeout=PATIENCE)
            people = frozenset(each.user.id for each in found)
        except ClientDecodeError as error:  # an administrator of a kind that is newer than we are
            told = error.data["result"]
            people = frozenset(each["user"]["id"] for each in told)
        except AiogramError as error:
            log.warning("administrators of a chat are not known: %s", type(error).__name__)
            if isinstance(error, Failed) and removed(error):
                people = frozenset()
        self._known[chat] = Administrators(people, self._clock())

    async def left(self, chat: int, person: int) -> bool:
        """Say whether a person has left a chat: without an answer all stays as it was."""
        away, asked = self._left.get((chat, person), (False, None))
        if asked is None or self._clock() - asked >= KEPT:
            try:
                found = await self._bot.get_chat_member(chat, person, request_timeout=PATIENCE)
                outside = isinstance(found, ChatMemberRestricted) and not found.is_member
                away = outside or found.status in AWAY
            except AiogramError as error:
                log.warning("a member of a chat is not known: %s", type(error).__name__)
                away = away or (isinstance(error, Failed) and removed(error))
            self._left[chat, person] = away, self._clock()
        return away

    def hear(self, chat: int, person: int, *, leads: bool) -> None:
        """Note that somebody's role in a chat has changed."""
        known = self._known.get(chat)
        if known:
            changed = known.people | {person} if leads else known.people - {person}
            self._known[chat] = Administrators(changed, known.asked)


def removed(failed: Failed) -> bool:
    """Say whether a call failed since we are in the chat no more."""
    match sort(failed.answer):
        case Held(reason=Reason.REMOVED):
            return True
        case _:
            return False
