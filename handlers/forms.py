"""Telegram's forms of what we say and hear: entities, keyboards, contents."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    User,
)

from relay.channel import Button, Place, Ref
from relay.text import Content, Mark, Text
from relay.writing import Said


class Press(CallbackData, prefix="b"):
    """What stands behind a button: ids alone, at most 64 bytes (Bot API, callback_data)."""

    act: str
    about: int
    choice: int | None = None


def units(text: str) -> int:
    """Return the length of *text* as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def entities(text: Text) -> list[MessageEntity]:
    """Return the marks as Telegram's entities."""
    if not text.marks:
        return []
    at = offsets(text.plain)
    return [entity(mark, at[mark.start], at[mark.end]) for mark in text.marks]


def entity(mark: Mark, start: int, end: int) -> MessageEntity:
    """Return one mark as an entity; *start* and *end* are in UTF-16 units."""
    made = MessageEntity(type=mark.kind, offset=start, length=end - start)
    match mark.kind, mark.value:
        case "text_link", str(url):
            return made.model_copy(update={"url": url})
        case "text_mention", str(address):
            user = User(id=int(address), is_bot=False, first_name="-")
            return made.model_copy(update={"user": user})
        case "pre", str(language):
            return made.model_copy(update={"language": language})
        case "custom_emoji", str(emoji):
            return made.model_copy(update={"custom_emoji_id": emoji})
        case "date_time", str(when):
            seconds, _, form = when.partition(":")
            return made.model_copy(
                update={"unix_time": int(seconds), "date_time_format": form or None}
            )
        case _:
            return made


def marks(plain: str, found: Sequence[MessageEntity] | None) -> Text:
    """Return a text with Telegram's entities as marks."""
    if not found:
        return Text(plain)
    at = {unit: character for character, unit in enumerate(offsets(plain))}
    end = len(plain)
    return Text(
        plain,
        tuple(
            Mark(
                each.type,
                at.get(each.offset, end),
                at.get(each.offset + each.length, end),
                value(each),
            )
            for each in found
        ),
    )


def value(found: MessageEntity) -> str | None:
    """Return what an entity says beside its kind."""
    if found.user:
        return str(found.user.id)
    if found.unix_time is not None:
        return f"{found.unix_time}:{found.date_time_format or ''}"
    return found.url or found.language or found.custom_emoji_id


def offsets(plain: str) -> list[int]:
    """Return, for each character and the end, where it begins in UTF-16 units."""
    at, result = 0, [0]
    for character in plain:
        at += 2 if ord(character) > 0xFFFF else 1
        result.append(at)
    return result


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


def content(message: Message) -> Content | None:
    """Return what a message consists of; None: a kind that is not relayed."""
    if message.text is not None:
        return Content(marks(message.text, message.entities))
    if message.photo:
        return Content(
            marks(message.caption or "", message.caption_entities),
            photo=message.photo[-1].file_id,
            spoiler=bool(message.has_media_spoiler),
            above=bool(message.show_caption_above_media),
        )
    return None


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
