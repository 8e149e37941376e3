"""Filters: which kind of speaker a handler is for, and which kind of message."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from aiogram.utils.magic_filter import MagicFilter

from relay.speaker import Speaker
from relay.writing import Said


async def of_party(event: Any, speaker: Speaker) -> bool:
    """Let somebody in a party's chat through."""
    return speaker.party is not None


async def of_client(event: Any, speaker: Speaker) -> bool:
    """Let a client through, in their private chat or their group."""
    return speaker.party is None and speaker.client is not None


async def of_nobody(event: Any, speaker: Speaker) -> bool:
    """Let somebody through whose group is neither a party's nor a client's."""
    return speaker.party is None and speaker.client is None


async def not_for_clients(event: Any, speaker: Speaker) -> bool:
    """Let through whoever is in a group that is or may become a party's."""
    return speaker.client is None


async def of_operator(event: Any, speaker: Speaker, operators: Collection[str]) -> bool:
    """Let an operator through, in private."""
    message = event.message if isinstance(event, CallbackQuery) else event
    private = message is not None and message.chat.type == ChatType.PRIVATE
    return private and speaker.person is not None and speaker.person.address in operators


def commands(event: Any) -> bool:
    """Say whether a message means to be a command, in its text or below a picture."""
    words = getattr(event, "text", None) or getattr(event, "caption", None) or ""
    return words.startswith("/")


async def command_like(message: Message) -> bool:
    """Let through what means to be a command."""
    return commands(message)


async def replies(message: Message, heard: Said | None) -> bool:
    """Let a reply through, and what belongs to one."""
    return bool(message.reply_to_message or message.external_reply or (heard and heard.reply_to))


def when(asked: MagicFilter) -> Callable[[Any], Awaitable[bool]]:
    """Let an event through that is as *asked*; aiogram itself would ask in another thread."""

    async def asks(event: Any) -> bool:
        return bool(asked.resolve(event))

    return asks
