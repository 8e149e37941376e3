"""Posts as Telegram takes them: cut into messages, and each as a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import regex
from aiogram.methods import (
    EditMessageCaption,
    EditMessageMedia,
    EditMessageText,
    SendMessage,
    SendPhoto,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)

from handlers.forms import entities, keyboard, units
from relay.channel import Place, Post, Ref
from relay.text import Text, lines

TEXT: Final = 4096  #: UTF-16 units of a message; Bot API counts less strictly
CAPTION: Final = 1024  #: UTF-16 units of a caption
ENTITIES: Final = 100  #: of one message are kept; Bot API
PLACEHOLDER: Final = 64  #: characters; Bot API, ForceReply


def in_words(part: Post) -> Post:
    """Return a picture as a text, with a line that says what is not shown."""
    return replace(part, photo=None, text=lines(part.text, part.spare.photo))


def anew(post: Post, refs: Sequence[Ref]) -> Post:
    """Return what is said in place of an edit: where it has a mark, as a reply to the old one."""
    if post.spare.edited is None:
        return post
    return replace(post, reply_to=refs[0], text=lines(post.text, post.spare.edited))


def parts(post: Post) -> list[Post]:
    """Cut a post into what Telegram takes as one message; buttons stand under the first one."""
    room = CAPTION if post.photo else TEXT
    if fits(post.text, room):
        return [post]
    if post.photo:
        first, rest = header(post.text)
        cut = [first, *pieces(rest, TEXT)]
    else:
        cut = pieces(post.text, room)
    return [
        replace(post, text=cut[0]),
        *(Post(text) for text in cut[1:]),
    ]


def header(text: Text) -> tuple[Text, Text]:
    """Part the first line from the rest: it stands under a photo whose caption is too long."""
    end = text.plain.find("\n")
    if end < 0 or not fits(text[:end], CAPTION):
        return Text(), text
    return text[:end], text[end + 1 :]


def fits(text: Text, room: int) -> bool:
    """Say whether a text goes into one message."""
    short = len(text.plain) * 2 <= room or units(text.plain) <= room
    return short and len(text.marks) <= ENTITIES


def pieces(text: Text, room: int) -> list[Text]:
    """Cut a text at a paragraph, else at a line, else at a space, else where it must be."""
    result = []
    while not fits(text, room):
        end = longest(text, room)
        head = text.plain[:end]
        at = next(
            (
                found + len(separator)
                for separator in ("\n\n", "\n", " ")
                if (found := head.rfind(separator)) > end // 2
            ),
            end,
        )
        result.append(text[:at].stripped())
        text = text[at:]
    result.append(text.stripped())
    return [piece for piece in result if piece] or [text[:room]]


def longest(text: Text, room: int) -> int:
    """Return how many characters fit; what people see as one character is never cut."""
    starts = sorted(mark.start for mark in text.marks)
    most = max(1, starts[ENTITIES]) if len(starts) > ENTITIES else len(text.plain)
    end = used = 0
    for seen in regex.finditer(r"\X", text.plain):
        used += units(seen.group())
        if used > room or seen.end() > most:
            break
        end = seen.end()
    return end or min(room // 2, most)


def sending(to: Place, post: Post, reply_to: Ref | None) -> TelegramMethod[Any]:
    """Return the call that says a post; entities, never a parse mode."""
    reply = (
        ReplyParameters(message_id=int(reply_to), allow_sending_without_reply=True)
        if reply_to
        else None
    )
    marks = entities(post.text) or None
    if post.photo:
        return SendPhoto(
            chat_id=int(to),
            photo=post.photo,
            caption=post.text.plain or None,
            caption_entities=marks,
            has_spoiler=post.spoiler or None,
            show_caption_above_media=post.above or None,
            reply_markup=markup(post),
            reply_parameters=reply,
            parse_mode=None,
        )
    return SendMessage(
        chat_id=int(to),
        text=post.text.plain,
        entities=marks,
        reply_markup=markup(post),
        reply_parameters=reply,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        parse_mode=None,
    )


def edits(at: Place, ref: Ref, post: Post) -> Iterator[TelegramMethod[Any]]:
    """Return the calls that may make a message read as a post, the likeliest first.

    A picture that may not be shown stands there already, or has been said in words.
    """
    yield changing(at, ref, post)
    if fits(post.text, CAPTION):
        yield EditMessageCaption(
            chat_id=int(at),
            message_id=int(ref),
            caption=post.text.plain,
            caption_entities=entities(post.text) or None,
            show_caption_above_media=post.above or None,
            reply_markup=keyboard(post.buttons),
            parse_mode=None,
        )
    if post.photo:
        yield changing(at, ref, in_words(post))


def changing(at: Place, ref: Ref, post: Post) -> TelegramMethod[Any]:
    """Return the call that makes a message read as a post."""
    marks = entities(post.text) or None
    if post.photo:
        media = InputMediaPhoto(
            media=post.photo,
            caption=post.text.plain or None,
            caption_entities=marks,
            has_spoiler=post.spoiler or None,
            show_caption_above_media=post.above or None,
            parse_mode=None,
        )
        return EditMessageMedia(
            chat_id=int(at),
            message_id=int(ref),
            media=media,
            reply_markup=keyboard(post.buttons),
        )
    return EditMessageText(
        chat_id=int(at),
        message_id=int(ref),
        text=post.text.plain,
        entities=marks,
        reply_markup=keyboard(post.buttons),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        parse_mode=None,
    )


def markup(post: Post) -> InlineKeyboardMarkup | ForceReply | None:
    """Return the keyboard of a post: its buttons, or a field that waits for an answer."""
    if post.buttons:
        return keyboard(post.buttons)
    if post.asks:
        hint = post.asks[:PLACEHOLDER]
        return ForceReply(force_reply=True, selective=True, input_field_placeholder=hint)
    return None
