"""Telegram's forms of what we say and hear: keyboards, and messages with what they reply to."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from relay.channel import Button, Place, Ref
from relay.content import Content
from relay.writing import Said


class Press(CallbackData, prefix="b"):
    """What stands behind a button: ids alone, at most 64 bytes (Bot API, callback_data)."""

    act: str
    about: int
    choice: int | None = None


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

    In a topic every plain message carries the topic's first message as its target: that is no
    reply (TELEGRAM: messages of a topic carry ``message_thread_id``).
    """
    target = message.reply_to_message
    if target is None:
        return None
    if message.is_topic_message and (
        target.message_id == message.message_thread_id or target.forum_topic_created
    ):
        return None
    return Ref(str(target.message_id))


def said(message: Message, words: Content) -> Said:
    """Return a message in the relay's words."""
    target = message.reply_to_message
    author = target.from_user if target else None
    ours = author is not None and message.bot is not None and author.id == message.bot.id
    words_of_ours = (target.text or target.caption or "") if target and ours else None
    return Said(words, Ref(str(message.message_id)), replied(message), words_of_ours)


def place(chat_id: int) -> Place:
    """Return a chat in the relay's words."""
    return Place(str(chat_id))
