"""Telegram as a channel: posts become messages, and errors say what to do next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import random
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.methods import (
    DeleteMessages,
    EditMessageText,
    SetMessageReaction,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import ReactionTypeEmoji

from bot import errors
from bot.errors import Adapt, Answer
from bot.posts import TEXT, anew, edits, fits, in_words, parts, sending
from bot.session import MayCall, Session
from relay.channel import (
    Another,
    Landed,
    Place,
    Post,
    Reaction,
    Reason,
    Ref,
    Refused,
    Retry,
    Spare,
    Unclear,
    Undelivered,
)
from relay.limits import Window
from relay.text import Text

log = logging.getLogger(__name__)

FORMS: Final = 3  #: times that a delivery may change its form; then the last answer decides
SPREAD: Final = 0.25  #: by how much less one waits than another, so that not all come at once

#: There is no other way to edit a message left: it is said anew.
CANNOT_EDIT: Final = {Adapt.ANEW, Adapt.METHOD, Adapt.MEDIA}

EMOJI: Final = {Reaction.QUEUED: "👀", Reaction.DELIVERED: "👌"}


def connect(token: str, api: str, may_call: MayCall = lambda: True) -> Bot:
    """Return a bot that speaks to the Bot API server at *api*, as long as it may."""
    return Bot(token, session=Session(api, may_call))


class Unfit(Exception):
    """A call was surely not accepted, but may be in another form; else *last* decides."""

    def __init__(self, adapt: Adapt, last: Undelivered) -> None:
        super().__init__(adapt)
        self.adapt, self.last = adapt, last


@dataclass
class Turns:
    """The calls of one delivery: each but the first waits for its slot."""

    another: Another
    landed: list[Ref] = field(default_factory=list)
    forms: int = FORMS
    lost: Reason | None = None

    async def again(self, unfit: Unfit) -> None:
        """Wait for the call that tries another form; after too many the last answer decides."""
        if not self.forms:
            raise unfit.last
        self.forms -= 1
        await self.another()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say with an error which parts arrived before it."""
        try:
            yield
        except Undelivered as undelivered:
            undelivered.landed = tuple(self.landed)
            raise


class Telegram:
    """The channel to Telegram; a place is a chat's id, a ref a message's."""

    def __init__(
        self, bot: Bot, limits: Mapping[str, Window], luck: Callable[[], float] = random
    ) -> None:
        self._bot, self._limits, self._luck = bot, limits, luck
        self._session = cast(Session, bot.session)  # of ours, as ``connect`` makes it
        self._since: dict[Place | None, float] = {}  #: a chat is throttled; None: no way through

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
        turns = Turns(another)
        with turns.told():
            await self._send(to, post, turns)
        return Landed(to, turns.landed, turns.lost)

    async def edit(self, at: Place, refs: Sequence[Ref], post: Post, another: Another) -> Landed:
        """Make what stands at *refs* read as *post*; what cannot be edited is said anew."""
        turns, cut = Turns(another), parts(post)
        with turns.told():
            try:
                for number, (ref, part) in enumerate(zip(refs, cut, strict=False)):
                    if number:
                        await another()
                    await self._change(at, ref, part, turns)
                    turns.landed.append(ref)
            except Unfit as unfit:
                if unfit.adapt not in CANNOT_EDIT:
                    raise unfit.last from None
                await turns.again(unfit)
                turns.landed.clear()
                await self._send(at, anew(post, refs), turns)
                return Landed(at, turns.landed, turns.lost)
            for part in cut[len(refs) :]:
                await another()
                await self._say(at, part, turns)
            if surplus := refs[len(cut) :]:
                await another()
                with suppress(Refused):  # what cannot be taken away stays, below its correction
                    await self._withdraw(at, surplus, post.spare.withdrawn, turns)
        return Landed(at, turns.landed, turns.lost)

    async def delete(
        self,
        at: Place,
        refs: Sequence[Ref],
        another: Another | None = None,
        withdrawn: str = Spare.withdrawn,
    ) -> None:
        """Take messages away; what is gone already is no error.

        What cannot be deleted is emptied, if *another* call may follow.
        """
        await self._withdraw(at, refs, withdrawn, Turns(another) if another else None)

    async def react(self, at: Place, ref: Ref, reaction: Reaction) -> None:
        """Show a reaction; where the chat does not allow it, nothing."""
        shown = [ReactionTypeEmoji(emoji=EMOJI[reaction])]
        method = SetMessageReaction(chat_id=int(at), message_id=int(ref), reaction=list(shown))
        try:
            await self._call(at, method)
        except Unfit as unfit:
            if unfit.adapt is not Adapt.ANEW:  # the message is gone
                raise unfit.last from None

    async def _send(self, to: Place, post: Post, turns: Turns) -> None:
        for number, part in enumerate(parts(post)):
            if number:
                await turns.another()
            await self._say(to, part, turns)

    async def _say(self, to: Place, part: Post, turns: Turns) -> None:
        if turns.landed:
            part = replace(part, reply_to=turns.landed[0])
        while True:
            try:
                result = await self._call(to, sending(to, part, part.reply_to))
            except Unfit as unfit:
                part = lesser(part, unfit, turns)
                await turns.again(unfit)
            else:
                ref = ref_of(result)
                turns.landed += [ref] if ref else []
                return

    async def _change(self, at: Place, ref: Ref, part: Post, turns: Turns) -> None:
        ways = edits(at, ref, part)
        method = next(ways)
        while True:
            try:
                await self._call(at, method)
            except Unfit as unfit:
                following = next(ways, None)
                if unfit.adapt is Adapt.BUTTONS and part.buttons:
                    part = replace(part, buttons=())
                    ways = edits(at, ref, part)
                    following = next(ways)
                elif unfit.adapt not in {Adapt.METHOD, Adapt.MEDIA} or following is None:
                    raise
                await turns.again(unfit)
                method = following
            else:
                if part.photo and isinstance(method, EditMessageText):
                    turns.lost = Reason.FILE
                return

    async def _withdraw(
        self, at: Place, refs: Sequence[Ref], words: str, turns: Turns | None
    ) -> None:
        method = DeleteMessages(chat_id=int(at), message_ids=[int(ref) for ref in refs])
        try:
            try:
                await self._call(at, method)
            except Unfit as unfit:
                if unfit.adapt is Adapt.ANEW:
                    return  # it is gone
                if turns is None or unfit.adapt is not Adapt.EMPTY:
                    raise
                await turns.again(unfit)
                for number, ref in enumerate(refs):
                    if number:
                        await turns.another()
                    await self._change(at, ref, Post(Text(words)), turns)
        except Unfit as unfit:
            raise unfit.last from None

    async def _call(self, lane: Place, method: TelegramMethod[Any]) -> Any:
        answer = await self._session.ask(self._bot, method)
        if not answer.ok:
            return self._failed(lane, method, answer)
        self._since.pop(None, None)
        self._since.pop(lane, None)
        return answer.result

    def _failed(self, lane: Place, method: TelegramMethod[Any], answer: Answer) -> None:
        meaning = errors.sort(answer, self._so_far(lane, answer))
        match meaning:
            case None:
                return
            case Adapt():
                raise Unfit(meaning, errors.default(answer))
            case Refused(reason=Reason.OUR_FAULT):
                known = errors.beginning(answer.text)
                log.error("%s is our fault: %s", method.__api_method__, known)
            case Retry() if not answer.written:
                meaning.after *= 1 - SPREAD * self._luck()
        raise meaning

    def _so_far(self, lane: Place, answer: Answer) -> timedelta:
        """Return for how long a chat has been throttled, or the server out of reach."""
        now = asyncio.get_running_loop().time()
        if answer.status:
            self._since.pop(None, None)
        if answer.written and not errors.throttled(answer):
            self._since.pop(lane, None)
            return timedelta()
        since = self._since.setdefault(lane if answer.written else None, now)
        return timedelta(seconds=now - since)


def ref_of(result: Any) -> Ref | None:
    """Return the id of a message that was sent; one that is only planned has none.

    Raises:
        Unclear: the answer tells of no message.
    """
    found = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(found, int):
        raise Unclear("an answer without a message")
    return Ref(str(found)) if found else None


def lesser(part: Post, unfit: Unfit, turns: Turns) -> Post:
    """Return the form that may be accepted where one was not; if there is none, say why not."""
    match unfit.adapt:
        case Adapt.TARGET if part.reply_to:
            return replace(part, reply_to=None)
        case Adapt.BUTTONS if part.buttons:
            return replace(part, buttons=())
        case Adapt.MEDIA if part.photo:
            turns.lost = Reason.FILE
            return in_words(part)
        case _:
            raise unfit.last
