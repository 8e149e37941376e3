"""Text as Telegram has it: marks are entities, and they are counted in UTF-16 units."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from aiogram.types import MessageEntity, User

from relay.text import Mark, Text


def units(text: str) -> int:
    """Return the length of *text* as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def characters(text: str, length: int) -> int:
    """Return how many characters of *text* take that many units."""
    return len(text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore"))


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
    """Return a text with Telegram's entities as marks: of whole characters, as far as there are."""
    if not found:
        return Text(plain)
    at = offsets(plain)
    placed = (
        Mark(
            each.type,
            max(0, bisect_right(at, each.offset) - 1),
            min(len(plain), bisect_left(at, each.offset + each.length)),
            value(each),
        )
        for each in found
    )
    return Text(plain, tuple(mark for mark in placed if mark.start < mark.end))


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
