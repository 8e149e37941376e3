"""Posts as Telegram takes them: cut into messages, and each as a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Final

import regex
from aiogram.methods import (
    CopyMessage,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bot.places import chat_of, thread_of
from handlers.forms import keyboard
from handlers.kinds import KINDS, Edited
from handlers.marks import entities, units
from relay.channel import Act, Button, Place, Post, Reason, Ref
from relay.content import LIVE, Media, Medium
from relay.text import Text, joined, lines

TEXT: Final = 4096  #: UTF-16 units of a message; Bot API counts less strictly
CAPTION: Final = 1024  #: UTF-16 units of a caption
ENTITIES: Final = 100  #: of one message are kept; Bot API
PLACEHOLDER: Final = 64  #: characters; Bot API, ForceReply
DOWNLOAD: Final = 20 * 1024 * 1024  #: bytes of a file that a bot may fetch; Bot API, getFile
ALBUM: Final = 10  #: items of an album; Bot API, sendMediaGroup
LABEL: Final = 64  #: characters of a button that a phone shows

#: What may stand in one album; Bot API, sendMediaGroup.
FAMILIES: Final = (
    frozenset({Medium.PHOTO, Medium.VIDEO, Medium.LIVE_PHOTO}),
    frozenset({Medium.DOCUMENT}),
    frozenset({Medium.AUDIO}),
)
#: How a file is called that has no name, or must not go under its own.
ENDINGS: Final = {
    Medium.PHOTO: ".jpg",
    Medium.LIVE_PHOTO: ".mp4",
    Medium.VIDEO: ".mp4",
    Medium.VIDEO_NOTE: ".mp4",
    Medium.ANIMATION: ".mp4",
    Medium.AUDIO: ".mp3",
    Medium.VOICE: ".ogg",
    Medium.STICKER: ".webp",
}

PICTURE: Final = "picture"  #: the id of what we have drawn ourselves

Files = Mapping[str, InputFile]  #: those that are uploaded, by the id they are known by


def in_words(part: Post) -> Post:
    """Return what is shown as a text, with a line that says what is not."""
    if part.media is None:
        return part
    return replace(part, media=None, text=lines(part.text, part.spare.media))


def as_file(part: Post) -> Post | None:
    """Return what is shown as a plain file, to be uploaded; None: that cannot be."""
    media = part.media
    if media is None or not media.file or media.kind in {Medium.DOCUMENT, Medium.RICH}:
        return None
    if media.size > DOWNLOAD:
        return None
    return replace(
        part, media=replace(media, kind=Medium.DOCUMENT, renamed=True, name=named(media))
    )


def named(media: Media) -> str:
    """Return the neutral name of a file."""
    return "file" + (PurePath(media.name).suffix or ENDINGS.get(media.kind, ""))


def anew(post: Post, refs: Sequence[Ref]) -> Post:
    """Return what is said in place of an edit: where it has a mark, as a reply to the old one."""
    if post.spare.edited is None:
        return post
    if post.album:
        first, *others = post.album
        first = replace(first, text=lines(first.text, post.spare.edited))
        return replace(post, reply_to=refs[0], album=(first, *others))
    return replace(post, reply_to=refs[0], text=lines(post.text, post.spare.edited))


def calls(post: Post) -> list[list[Post]]:
    """Cut a post into what Telegram takes as one call each: a message, or an album."""
    if not post.album:
        return [[each] for each in parts(post)]
    runs, rest = list[list[Post]](), list[Post]()
    for item in post.album:
        first, *more = parts(item)
        rest += more
        if first.media is None:
            rest.append(first)
        elif runs and joins(first, runs[-1]):
            runs[-1].append(first)
        else:
            runs.append([first])
    if len(runs) == 1 and len(runs[0]) == 1:
        runs[0][0] = replace(runs[0][0], buttons=post.buttons)
    elif post.buttons:
        rest += parts(Post(head=post.head, buttons=post.buttons))
    return [*runs, *([each] for each in rest)]


def joins(item: Post, run: Sequence[Post]) -> bool:
    """Say whether something may stand in one album with what comes before it."""
    kinds = {each.media.kind for each in (item, *run) if each.media}
    return len(run) < ALBUM and any(kinds <= family for family in FAMILIES)


def parts(post: Post) -> list[Post]:
    """Cut a post into messages; buttons stand under the first one."""
    if post.media and post.media.renamed and post.media.size > DOWNLOAD:
        post = replace(in_words(post), lost=Reason.NAME)
    if post.picture:
        return pictured(post)
    if post.media is None:
        cut = [post.words] if fits(post.words, TEXT) else pieces(post.words, TEXT)
        first = replace(post, head=Text(), text=cut[0])
        return [first, *(Post(text) for text in cut[1:])]
    captioned = KINDS[post.media.kind].captioned
    if not captioned:
        first = replace(post, text=Text(), buttons=[*label(post), *post.buttons])
    elif fits(post.words, CAPTION):
        return [replace(post, head=Text(), text=post.words)]
    else:
        head = post.head if fits(post.head, CAPTION) else Text()
        first = replace(post, head=Text(), text=head)
    if not post.text:
        return [first]
    rest = post.text if first.text or not captioned else post.words
    return [first, *(Post(text) for text in pieces(rest, TEXT))]


def pictured(post: Post) -> list[Post]:
    """Cut a post with a picture into messages: as many words as there is room for go below it."""
    if fits(post.words, CAPTION):
        return [replace(post, head=Text(), text=post.words)]
    first, *rest = pieces(post.words, CAPTION)
    words = joined("\n", rest)
    return [replace(post, head=Text(), text=first), *(Post(each) for each in pieces(words, TEXT))]


def label(post: Post) -> list[list[Button]]:
    """Return the head as a button, for what has no caption: one call is enough."""
    if not post.head or post.about is None:
        return []
    words = post.head.plain
    short = words if len(words) <= LABEL else words[: LABEL - 1] + "…"
    return [[Button(short, Act.SHOW, post.about)]]


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


def sending(
    to: Place, post: Post, reply_to: Ref | None, files: Files | None = None
) -> TelegramMethod[Any]:
    """Return the call that says one message; entities, never a parse mode."""
    common: dict[str, Any] = {
        "chat_id": chat_of(to),
        "message_thread_id": thread_of(to),
        "reply_markup": markup(to, post),
        "reply_parameters": replying(reply_to),
        "disable_notification": post.quiet or None,
    }
    media = post.media
    if post.picture:
        picture = (files or {})[PICTURE]
        return SendPhoto(**common, photo=picture, **caption(post), parse_mode=None)
    if media is None:
        return SendMessage(
            **common,
            text=post.text.plain,
            entities=entities(post.text) or None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            parse_mode=None,
        )
    if media.kind is Medium.RICH:
        return CopyMessage(**common, from_chat_id=media.facts["chat"], message_id=int(media.file))
    kind = KINDS[media.kind]
    assert kind.send is not None  # noqa: S101 - what is told in words has become a text
    what = common | source(media, files or {})
    if not kind.captioned:
        return kind.send(**what)
    return kind.send(**what, **caption(post), **lying(media), parse_mode=None)


def together(
    to: Place, run: Sequence[Post], reply_to: Ref | None, files: Files
) -> TelegramMethod[Any]:
    """Return the call that says an album."""
    above = any(each.media.above for each in run if each.media)  # equal for all; Bot API
    run = [replace(each, media=replace(each.media, above=above)) for each in run if each.media]
    return SendMediaGroup(
        chat_id=chat_of(to),
        message_thread_id=thread_of(to),
        media=[item(each, files) for each in run],
        reply_parameters=replying(reply_to),
    )


def replying(ref: Ref | None) -> ReplyParameters | None:
    """Return what makes a message a reply; without its target it is none."""
    if ref is None:
        return None
    return ReplyParameters(message_id=int(ref), allow_sending_without_reply=True)


def source(media: Media, files: Files) -> dict[str, Any]:
    """Return what is shown, as the parameters of its method."""
    if not media.file:
        return {key: value for key, value in media.facts.items() if key != LIVE}
    what: dict[str, Any] = {media.kind.value: files.get(media.file, media.file)}
    return what | ({"photo": media.second} if media.second else {})


def item(post: Post, files: Files) -> Any:
    """Return one of an album, or what is to stand in place of another."""
    media = post.media
    assert media is not None  # noqa: S101 - nothing else stands in albums
    kind = KINDS[media.kind]
    assert kind.item is not None  # noqa: S101 - as above
    second = {"photo": media.second} if media.second else {}
    return kind.item(
        media=files.get(media.file, media.file),
        **second,
        **caption(post),
        **lying(media),
        parse_mode=None,
    )


def caption(post: Post) -> dict[str, Any]:
    """Return the words under something, as parameters."""
    return {
        "caption": post.text.plain,
        "caption_entities": entities(post.text) or None,
    }


def lying(media: Media) -> dict[str, Any]:
    """Return how something lies there: hidden until pressed, below its words."""
    shown: dict[str, Any] = {}
    if media.spoiler:
        shown["has_spoiler"] = True
    if media.above:
        shown["show_caption_above_media"] = True
    return shown


def edits(at: Place, ref: Ref, post: Post, files: Files) -> Iterator[TelegramMethod[Any]]:
    """Return the calls that may make a message read as a post, the likeliest first.

    What may not be shown there has been said in words, or stands there as a plain file. Nothing
    but the buttons of what has no caption can be edited.
    """
    here: dict[str, Any] = {"chat_id": chat_of(at), "message_id": int(ref)}
    here["reply_markup"] = keyboard(post.buttons)
    media = post.media
    if media and KINDS[media.kind].edited is Edited.BUTTONS:
        yield EditMessageReplyMarkup(**here)
        return
    if media is None:
        yield rewording(here, post)
    elif KINDS[media.kind].edited is Edited.MEDIA:
        yield EditMessageMedia(**here, media=item(post, files))
    if fits(post.text, CAPTION):
        above = {"show_caption_above_media": True} if media and media.above else {}
        yield EditMessageCaption(**(here | caption(post) | above), parse_mode=None)
    if media:
        yield rewording(here, in_words(post))


def rewording(here: Mapping[str, Any], post: Post) -> EditMessageText:
    """Return the call that gives a message another text."""
    return EditMessageText(
        **here,
        text=post.text.plain,
        entities=entities(post.text) or None,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        parse_mode=None,
    )


def markup(
    to: Place, post: Post
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply | None:
    """Return the keyboard of a post: its buttons, or a field that waits for an answer.

    A telephone number can be asked for in private chats alone, and by a keyboard that has no
    other kinds of buttons: what stands on those is said (Bot API, KeyboardButton).
    """
    private = chat_of(to) > 0
    if post.asks_contact and private:
        return ReplyKeyboardMarkup(
            keyboard=[
                [KeyboardButton(text=post.asks_contact, request_contact=True)],
                *([KeyboardButton(text=each.label) for each in row] for row in post.buttons),
            ],
            resize_keyboard=True,
            one_time_keyboard=True,
        )
    if post.enough and private:
        return ReplyKeyboardRemove(remove_keyboard=True)
    if post.buttons:
        return keyboard(post.buttons)
    if post.asks:
        hint = post.asks[:PLACEHOLDER]
        return ForceReply(force_reply=True, selective=True, input_field_placeholder=hint)
    return None
