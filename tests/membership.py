"""What a messenger of tests says of groups: what everybody may there, and how the bot stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetChat, GetChatMember
from aiogram.methods.base import TelegramMethod
from aiogram.types import ResultChatMemberUnion
from pydantic import TypeAdapter

GIFTS: Final = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


@dataclass
class Membership:
    """Groups by their ids, as the Bot API tells of them; of others it says that all is usual."""

    permissions: dict[int, dict[str, bool]] = field(default_factory=dict)  #: of everybody
    standings: dict[int, dict[str, Any]] = field(default_factory=dict)  #: of the bot
    unknown: set[int] = field(default_factory=set)  #: about which it says nothing

    def answer(self, bot: Bot, method: TelegramMethod[Any], forums: set[str]) -> Any:
        """Return the answer to a question about a group; None: the method is none."""
        match method:
            case GetChat(chat_id=int(chat)) if chat in self.unknown:
                raise TelegramBadRequest(method, "chat not found")
            case GetChat(chat_id=int(chat)):
                told: dict[str, Any] = {"id": chat, "type": "supergroup", "title": "-"}
                told |= {"accent_color_id": 0, "max_reaction_count": 0}
                told |= {"accepted_gift_types": GIFTS, "permissions": self.permissions.get(chat)}
                told |= {"is_forum": True} if str(chat) in forums else {}
                return method.__returning__.model_validate(told)
            case GetChatMember(chat_id=int(chat)):
                user = {"id": bot.id, "is_bot": True, "first_name": "-"}
                told = {"user": user} | self.standings.get(chat, {"status": "member"})
                return TypeAdapter(ResultChatMemberUnion).validate_python(told)
            case _:
                return None
