"""Places as Telegram knows them: a chat, or a topic of one, and the links that lead there."""

from __future__ import annotations

from typing import Final

from relay.channel import Place
from relay.text import TICKET, Mark, Text

#: How the ids of supergroups begin; what follows is the number that links to them carry.
SUPERGROUP: Final = "-100"


def topic_of(chat: Place | str, thread: int) -> Place:
    """Return the place of a topic."""
    return Place(f"{chat}:{thread}")


def chat_of(place: Place | str) -> int:
    """Return the id of the chat in which a place is."""
    return int(place.partition(":")[0])


def thread_of(place: Place | str) -> int | None:
    """Return the id of the topic that a place is; None: it is a chat, or its general topic."""
    thread = place.partition(":")[2]
    return int(thread) if thread else None


def linked(text: Text, place: Place, bot: str) -> Text:
    """Return *text* with ticket numbers as links to their cards, where a link can lead there.

    Messages of supergroups have addresses. In a private chat a link of the *bot* asks it how the
    ticket stands. Nothing leads to a message of a small group.
    """
    marks = [link(mark, place, bot) if mark.kind == TICKET else mark for mark in text.marks]
    return Text(text.plain, tuple(mark for mark in marks if mark))


def link(mark: Mark, place: Place, bot: str) -> Mark | None:
    """Return a ticket's mark as a link."""
    number, _, card = (mark.value or "").partition(":")
    chat, _, thread = place.partition(":")
    if chat.startswith(SUPERGROUP) and card:
        way = "/".join(each for each in (chat.removeprefix(SUPERGROUP), thread, card) if each)
        return mark._replace(kind="text_link", value=f"https://t.me/c/{way}")
    if not chat.startswith("-") and bot:
        return mark._replace(kind="text_link", value=f"https://t.me/{bot}?start={number}")
    return None
