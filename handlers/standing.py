"""How the bot stands in a chat, from what Telegram tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aiogram.enums import ChatMemberStatus
from aiogram.types import Chat, ChatFullInfo, User

from relay.lacks import Hears, Lack, Look

OUTSIDE: Final = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}
LEADING: Final = {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR}

#: What the bot needs in a group; Bot API, ChatPermissions. To pin is not among it.
NEEDED: Final = {
    "can_send_messages": Lack.WRITE,
    "can_send_photos": Lack.PHOTOS,
    "can_send_videos": Lack.VIDEOS,
    "can_send_video_notes": Lack.VIDEO_MESSAGES,
    "can_send_audios": Lack.MUSIC,
    "can_send_voice_notes": Lack.VOICE_MESSAGES,
    "can_send_documents": Lack.FILES,
    "can_send_other_messages": Lack.STICKERS,
}
TOPICS: Final = "can_manage_topics"


@dataclass(frozen=True)
class Asked:
    """What was asked about a chat before the transaction; None: it did not say."""

    chat: ChatFullInfo | None
    me: Any = None  #: a ChatMember
    bot: User | None = None


def outside(me: Any) -> bool:
    """Say whether the bot is no member; who was restricted stays so after leaving."""
    return me.status in OUTSIDE or not getattr(me, "is_member", True)


def look(me: Any, chat: Chat | ChatFullInfo, *, everything: bool) -> Look:
    """Return how the bot stands, given its own membership and what everybody may.

    Of *everything* comes to it wherever it is, where privacy mode is off.
    """
    leads = me.status in LEADING
    everybody = getattr(chat, "permissions", None)
    granting = [me] if leads else [me, everybody]
    lacks = {
        lack for right, lack in NEEDED.items() if any(denies(each, right) for each in granting)
    }
    if chat.is_forum and not may_open_topics(me, everybody):
        lacks.add(Lack.TOPICS)
    hears = Hears.EVERYTHING if everything else Hears.REPLIES
    return Look(frozenset(lacks), bool(chat.is_forum), Hears.AS_ADMINISTRATOR if leads else hears)


def denies(granting: Any, right: str) -> bool:
    """Say whether a right is denied; what does not speak of it denies nothing."""
    return getattr(granting, right, None) is False


def may_open_topics(me: Any, everybody: Any) -> bool:
    """Say whether the bot may: by its own right, or as everybody may; unknown: it may."""
    if me.status == ChatMemberStatus.CREATOR or (everybody is None and me.status not in LEADING):
        return me.status != ChatMemberStatus.RESTRICTED or not denies(me, TOPICS)
    own = bool(getattr(me, TOPICS, None))
    all_may = bool(getattr(everybody, TOPICS, None))
    return all_may and own if me.status == ChatMemberStatus.RESTRICTED else own or all_may
