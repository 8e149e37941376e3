"""Telegram's forms of what we say and hear: keyboards, and messages with what they reply to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    ExternalReplyInfo,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageOriginUser,
)
from pydantic import Field

from handlers.kinds import content
from relay.channel import Button, Place, Ref
from relay.content import Content
from relay.writing import Said

LARGEST: Final = 2**53  #: on a button; what people make up may be more than a database takes
Number = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]


class Press(CallbackData, prefix="b"):
    """What stands behind a button: ids alone, at most 64 bytes (Bot API, callback_data)."""

    act: str
    about: Number
    choice: Number | None = None


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram's inline keyboard."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=each.label,
                    callback_data=Press(act=each.act, about=each.about, choice=each.choice).pack(),
                )
                for each in row
            ]
            for row in rows
        ]
    )


def replied(message: Message) -> Ref | None:
    """Return what a message is a reply to.

    It may stand in another topic of the same chat. In a topic every plain message carries the
    topic's first message as its target: that is no reply (Bot API, ``message_thread_id``).
    """
    target, outside = message.reply_to_message, message.external_reply
    if outside and outside.message_id and outside.chat and outside.chat.id == message.chat.id:
        return Ref(str(outside.message_id))
    if target is None:
        return None
    if message.is_topic_message and (
        target.message_id == message.message_thread_id or target.forum_topic_created
    ):
        return None
    return Ref(str(target.message_id))


def heard(messages: Sequence[Message], before: Ref | None = None) -> Said | None:
    """Return a message, or the items of an album, in the relay's words; None: it has none.

    What comes after the rest of its album, which stands *before*, is a reply to that.
    """
    read = [(each, words) for each in messages if (words := content(each))]
    if not read:
        return None
    first = read[0][0]
    return Said(
        replace(Content.of_album([words for _, words in read]), late=before is not None),
        ref(first),
        before or replied(first),
        None if before else words_of_ours(first),
        tuple(ref(each) for each, _ in read[1:]),
        len(read) < len(messages),
        before is None and elsewhere(first),
        own_number(first),
    )


def own_number(message: Message) -> str:
    """Return the telephone number of who sent a contact, if it is theirs.

    Whose it is says its ``user_id``: anybody's can be sent (Bot API, Contact).
    """
    contact, author = message.contact, message.from_user
    if contact is None or author is None or contact.user_id != author.id:
        return ""
    number = contact.phone_number
    return number if number.startswith("+") else f"+{number}"


def elsewhere(message: Message) -> bool:
    """Say whether a message replies to one of ours that stands in another chat."""
    outside = message.external_reply
    same = outside is not None and outside.chat is not None and outside.chat.id == message.chat.id
    return ours(outside, message) and not same


def ours(outside: ExternalReplyInfo | None, message: Message) -> bool:
    """Say whether a message from elsewhere that is replied to was said by us."""
    if outside is None or message.bot is None:
        return False
    return isinstance(outside.origin, MessageOriginUser) and (
        outside.origin.sender_user.id == message.bot.id
    )


def ref(message: Message) -> Ref:
    """Return which message it is."""
    return Ref(str(message.message_id))


def words_of_ours(message: Message) -> str | None:
    """Return what a message replies to, as far as it can be read and was said by us."""
    if ours(message.external_reply, message):
        return ""
    target = message.reply_to_message
    author = target.from_user if target else None
    if target is None or author is None or message.bot is None or author.id != message.bot.id:
        return None
    keyboard = target.reply_markup.inline_keyboard if target.reply_markup else []
    label = keyboard[0][0].text if keyboard and keyboard[0] else ""
    return target.text or target.caption or label


def place(chat_id: int) -> Place:
    """Return a chat in the relay's words."""
    return Place(str(chat_id))
