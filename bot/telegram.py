"""Telegram as a channel: posts become messages, and errors say what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, cast

import regex
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import (
    DeleteMessages,
    EditMessageMedia,
    EditMessageText,
    SendMessage,
    SendPhoto,
    SetMessageReaction,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyParameters,
)
from aiohttp import ClientTimeout

from bot import errors
from handlers.forms import entities, keyboard, units
from relay.channel import Another, Landed, Place, Post, Reaction, Ref, Refused, Undelivered
from relay.limits import Window
from relay.text import Text

TEXT: Final = 4096  #: UTF-16 units of a message; Bot API counts less strictly
CAPTION: Final = 1024  #: UTF-16 units of a caption
ENTITIES: Final = 100  #: of one message are kept; Bot API
PLACEHOLDER: Final = 64  #: characters; Bot API, ForceReply
#: aiohttp takes its own type; aiogram hands on whatever it gets.
PATIENCE: Final = cast(Any, ClientTimeout(total=25, sock_connect=5))

EMOJI: Final = {Reaction.QUEUED: "👀", Reaction.DELIVERED: "👌"}


def connect(token: str, api: str) -> Bot:
    """Return a bot that speaks to the Bot API server at *api*."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    session.timeout = PATIENCE
    return Bot(token, session=session)


class Telegram:
    """The channel to Telegram; a place is a chat's id, a ref a message's."""

    def __init__(self, bot: Bot, limits: Mapping[str, Window]) -> None:
        self._bot, self._limits = bot, limits

    def windows(self, lane: Place, *, reaction: bool) -> Sequence[tuple[tuple[str, ...], Window]]:
        """Return the limits on a chat: one a second, a group's minute, and the whole bot's.

        Reactions are counted apart from messages, and as strictly.
        """
        kinds = ("chat", "group") if lane.startswith("-") else ("chat",)
        kept: list[tuple[tuple[str, ...], Window]] = [
            ((kind, lane, "reaction" if reaction else "message"), self._limits[kind])
            for kind in kinds
            if kind in self._limits
        ]
        if "bot" in self._limits:
            kept.append((("bot",), self._limits["bot"]))
        return kept

    def fits(self, text: Text) -> bool:
        """Say whether a text goes into one message."""
        return fits(text, TEXT)

    async def send(self, to: Place, post: Post, another: Another) -> Landed:
        """Say *post*: a text in as many messages as it takes, a photo with its caption."""
        refs: list[Ref] = []
        for number, part in enumerate(parts(post)):
            if number:
                await self._next(another, refs)
            reply_to = refs[0] if refs else part.reply_to
            message = await self._call(sending(to, part, reply_to), refs)
            refs.append(Ref(str(message["message_id"])))
        return Landed(to, refs)

    async def edit(self, at: Place, refs: Sequence[Ref], post: Post, another: Another) -> Landed:
        """Make what stands at *refs* read as *post*; what cannot be edited is said anew."""
        cut, kept = parts(post), list[Ref]()
        for number, part in enumerate(cut):
            if number:
                await self._next(another, kept)
            if number < len(refs):
                try:
                    await self._call(changing(at, refs[number], part), kept)
                except Anew:
                    await another()
                    return await self.send(at, post, another)
                kept.append(refs[number])
            else:
                message = await self._call(sending(at, part, kept[0]), kept)
                kept.append(Ref(str(message["message_id"])))
        if len(refs) > len(cut):
            await another()
            with suppress(Refused):  # what is too old to be deleted stays, below its correction
                await self.delete(at, refs[len(cut) :])
        return Landed(at, kept)

    async def delete(self, at: Place, refs: Sequence[Ref]) -> None:
        """Take messages away; what is gone already is no error."""
        await self._call(DeleteMessages(chat_id=int(at), message_ids=[int(ref) for ref in refs]))

    async def react(self, at: Place, ref: Ref, reaction: Reaction) -> None:
        """Show a reaction; where the chat does not allow it, nothing."""
        shown = [ReactionTypeEmoji(emoji=EMOJI[reaction])]
        with suppress(Anew):  # the message is gone
            await self._call(
                SetMessageReaction(chat_id=int(at), message_id=int(ref), reaction=list(shown))
            )

    async def _next(self, another: Another, landed: Sequence[Ref]) -> None:
        try:
            await another()
        except Undelivered as undelivered:
            undelivered.landed = tuple(landed)
            raise

    async def _call(self, method: TelegramMethod[Any], landed: Sequence[Ref] = ()) -> Any:
        try:
            result = await self._bot(method)
        except ClientDecodeError as error:
            if isinstance(error.data, dict) and error.data.get("ok") is True:
                return error.data["result"]  # it arrived; only the answer is newer than we are
            raise refusing(errors.sort(error), landed) from error
        except TelegramAPIError as error:
            if errors.is_done(error):
                return {}
            if errors.is_anew(error):
                raise Anew from error
            raise refusing(errors.sort(error), landed) from error
        except (TypeError, ValueError) as error:  # an answer that is broken half way
            raise refusing(errors.sort(error), landed) from error
        return result if isinstance(result, bool) else {"message_id": result.message_id}


class Anew(Exception):
    """A message cannot be edited and has to be said anew."""


def refusing(undelivered: Undelivered, landed: Sequence[Ref]) -> Undelivered:
    """Say with an error which parts arrived before it."""
    undelivered.landed = tuple(landed)
    return undelivered


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
        Post(**{**vars(post), "text": cut[0]}),
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
