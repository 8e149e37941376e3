"""Telegram as a channel: posts become messages, and errors say what to do next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from random import random
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.methods import (
    CloseForumTopic,
    CreateForumTopic,
    DeleteMessages,
    EditForumTopic,
    EditMessageText,
    GetChat,
    GetFile,
    GetForumTopicIconStickers,
    ReopenForumTopic,
    SetMessageReaction,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile, ReactionTypeEmoji

from bot import errors
from bot.errors import Adapt, Answer
from bot.forums import Forums
from bot.places import SUPERGROUP, chat_of, linked, thread_of, topic_of
from bot.posts import (
    PICTURE,
    TEXT,
    anew,
    as_file,
    calls,
    edits,
    fits,
    in_words,
    named,
    parts,
    sending,
    together,
)
from bot.session import MayCall, Session
from handlers.files import aside
from handlers.kinds import KINDS, Edited
from handlers.pictures import draw
from relay.channel import (
    Another,
    Astray,
    Held,
    Landed,
    Place,
    Post,
    Reaction,
    Reason,
    Ref,
    Refused,
    Retry,
    Spare,
    Topic,
    Unclear,
    Undelivered,
)
from relay.content import Media
from relay.limits import Window
from relay.pictures import Chart, Timeline
from relay.text import Text

log = logging.getLogger(__name__)

NAME: Final = 128  #: characters of a topic's name; Bot API, createForumTopic
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
    place: Place  #: where it stands, or will
    landed: list[Ref] = field(default_factory=list)
    forms: int = FORMS
    lost: Reason | None = None

    opened: bool = False  #: a topic, for this
    reopened: bool = False  #: a topic that was closed
    flat: bool = False  #: there can be no topic

    def noted(self, to: Place, message: Any) -> None:
        """Note where a message has landed: without topics, in the chat itself."""
        asked = thread_of(to)
        if asked and "chat" in message and message.get("message_thread_id") != asked:
            self.place, self.flat = Place(str(chat_of(to))), True

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
            undelivered.place = self.place if self.opened else None
            raise


class Telegram:
    """The channel to Telegram; a place is a chat, or a topic of one, a ref a message's id."""

    def __init__(
        self,
        bot: Bot,
        limits: Mapping[str, Window],
        luck: Callable[[], float] = random,
        forums: Forums | None = None,
    ) -> None:
        self._bot, self._limits, self._luck = bot, limits, luck
        self._session = cast(Session, bot.session)  # of ours, as ``connect`` makes it
        self.forums = forums or Forums()
        self._icons: dict[str, str] | None = None  #: ids of emoji that topics may have
        self.name = ""  #: the bot's username; without it no link leads to the bot
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
        """Say *post*: in as many messages as it takes, several pictures as an album."""
        turns = Turns(another, to)
        with turns.told():
            if post.topic and thread_of(to) is None and await self._has_topics(to):
                await self._open(to, post.topic, turns)
            await self._send(turns.place, self._addressed(post, turns.place), turns)
        return Landed(turns.place, turns.landed, turns.lost, turns.reopened, turns.flat)

    async def edit(self, at: Place, refs: Sequence[Ref], post: Post, another: Another) -> Landed:
        """Make what stands at *refs* read as *post*; what cannot be edited is said anew."""
        turns, post = Turns(another, at), self._addressed(post, at)
        cut = [part for call in calls(post) for part in call]
        with turns.told():
            if not editable(post):
                await self._send(at, anew(post, refs), turns)
                return Landed(turns.place, turns.landed, turns.lost)
            try:
                made = 0
                for ref, part in zip(refs, cut, strict=False):
                    if not part.same:
                        if made:
                            await another()
                        await self._change(at, ref, part, turns)
                        made += 1
                    turns.landed.append(ref)
            except Unfit as unfit:
                if unfit.adapt not in CANNOT_EDIT:
                    raise unfit.last from None
                await turns.again(unfit)
                turns.landed.clear()
                await self._send(at, anew(post, refs), turns)
                return Landed(turns.place, turns.landed, turns.lost)
            for part in cut[len(refs) :]:
                await another()
                await self._say(at, part, turns)
            if surplus := refs[len(cut) :]:
                await another()
                with suppress(Refused):  # what cannot be taken away stays, below its correction
                    await self._withdraw(at, surplus, post.spare.withdrawn, turns)
        return Landed(turns.place, turns.landed, turns.lost)

    async def delete(
        self,
        at: Place,
        refs: Sequence[Ref],
        another: Another,
        withdrawn: str = Spare.withdrawn,
    ) -> None:
        """Take messages away; what cannot be deleted is emptied, and what is gone is no error."""
        await self._withdraw(at, refs, withdrawn, Turns(another, at))

    async def retitle(self, at: Place, topic: Topic, another: Another) -> None:
        """Give a topic its name and its icon, and close or open it; rights may be missing."""
        chat, thread = chat_of(at), thread_of(at)
        if thread is None:
            return
        named = EditForumTopic(
            chat_id=chat,
            message_thread_id=thread,
            name=topic.name[:NAME],
            icon_custom_emoji_id=await self._icon(at, topic.icon),
        )
        await self._quietly(at, named)
        if topic.closed is not None:
            await another()
            ends = CloseForumTopic if topic.closed else ReopenForumTopic
            await self._quietly(at, ends(chat_id=chat, message_thread_id=thread))

    async def _quietly(self, at: Place, method: TelegramMethod[Any]) -> None:
        """Make a call that is no loss if it is refused."""
        try:
            await self._call(at, method)
        except Unfit as unfit:
            log.info("a topic is not as it should be: %s", unfit.last.said)
        except Held as held:
            if held.reason is not Reason.MUTED:
                raise

    async def _has_topics(self, place: Place) -> bool:
        if not place.startswith(SUPERGROUP):
            return False

        async def ask() -> dict[str, Any] | None:
            try:
                found = await self._read(place, GetChat(chat_id=chat_of(place)))
            except (Unfit, Refused):
                return None
            return found if isinstance(found, dict) else None

        return await self.forums.has_topics(chat_of(place), ask)

    async def _open(self, chat: Place, topic: Topic, turns: Turns) -> None:
        """Open a topic; where that cannot be, the chat itself has to do."""
        method = CreateForumTopic(
            chat_id=chat_of(chat),
            name=topic.name[:NAME],
            icon_custom_emoji_id=await self._icon(chat, topic.icon),
        )
        try:
            made = await self._call(chat, method)
        except (Unfit, Refused, Held) as error:
            if isinstance(error, Held) and error.reason is not Reason.MUTED:
                raise
            turns.flat = True
        else:
            turns.place, turns.opened = topic_of(chat, int(made["message_thread_id"])), True
        await turns.another()

    async def _icon(self, lane: Place, emoji: str) -> str | None:
        """Return the id of an emoji that topics may have; None: there is none like it."""
        if self._icons is None:
            try:
                found = await self._read(lane, GetForumTopicIconStickers())
            except (Unfit, Refused, Retry):
                return None  # it will do without
            except Held as held:
                if held.reason is not Reason.MUTED:
                    raise
                return None
            self._icons = {each.get("emoji", ""): each["custom_emoji_id"] for each in found or ()}
        return self._icons.get(emoji)

    async def _read(self, lane: Place, method: TelegramMethod[Any]) -> Any:
        """Make a call after which nothing has been said yet, whatever has become of it."""
        try:
            return await self._call(lane, method)
        except Unclear as unclear:
            raise Retry(errors.NO_WAY, unclear.said) from None

    async def react(self, at: Place, ref: Ref, reaction: Reaction) -> None:
        """Show a reaction; where the chat does not allow it, nothing."""
        shown = [ReactionTypeEmoji(emoji=EMOJI[reaction])]
        method = SetMessageReaction(chat_id=chat_of(at), message_id=int(ref), reaction=list(shown))
        try:
            await self._call(at, method)
        except Unfit as unfit:
            if unfit.adapt is not Adapt.ANEW:  # the message is gone
                raise unfit.last from None

    def _addressed(self, post: Post, place: Place) -> Post:
        """Return a post whose ticket numbers lead somewhere, if they can."""
        return replace(
            post,
            head=linked(post.head, place, self.name),
            text=linked(post.text, place, self.name),
            album=tuple(self._addressed(each, place) for each in post.album),
        )

    async def _send(self, to: Place, post: Post, turns: Turns) -> None:
        for number, call in enumerate(calls(post)):
            if number:
                await turns.another()
            if len(call) == 1:
                await self._say(to, call[0], turns)
            else:
                await self._say_together(to, call, post.reply_to, turns)

    async def _say(self, to: Place, part: Post, turns: Turns) -> None:
        if turns.landed:
            part = replace(part, reply_to=turns.landed[0])
        turns.lost = turns.lost or part.lost
        rest: list[Post] = []
        while True:
            sent = False
            try:
                files = await self._files(to, [part])
                sent = True
                result = await self._call(to, sending(to, part, part.reply_to, files))
            except Unfit as unfit:
                if unfit.adapt is Adapt.REOPEN:
                    await self._reopen(to, unfit, turns)
                    continue
                part, *more = parts(lesser(part, unfit, turns))
                rest += more
                if sent:
                    await turns.again(unfit)
            else:
                ref = ref_of(result)
                turns.landed += [ref] if ref else []
                turns.noted(to, result)
                break
        for each in rest:
            await turns.another()
            await self._say(to, each, turns)

    async def _say_together(
        self, to: Place, run: Sequence[Post], reply_to: Ref | None, turns: Turns
    ) -> None:
        """Say several as one; where that is not accepted, one by one."""
        target = turns.landed[0] if turns.landed else reply_to
        while True:
            try:
                files = await self._files(to, run)
                result = await self._call(to, together(to, run, target, files))
            except Unfit as unfit:
                if unfit.adapt is Adapt.REOPEN:
                    await self._reopen(to, unfit, turns)
                    continue
                await turns.again(unfit)
                if unfit.adapt is Adapt.TARGET and target:
                    target = None
                elif unfit.adapt in {Adapt.APART, Adapt.MEDIA}:
                    break
                else:
                    raise unfit.last from None
            else:
                found = result if isinstance(result, list) else [None]
                turns.landed += [ref for each in found if (ref := ref_of(each))]
                turns.noted(to, found[0])
                return
        for number, each in enumerate(run):
            if number:
                await turns.another()
            await self._say(to, replace(each, reply_to=target), turns)

    async def _reopen(self, at: Place, unfit: Unfit, turns: Turns) -> None:
        """Open a topic again that somebody has closed.

        Raises:
            Astray: that cannot be.
        """
        thread = thread_of(at)
        if thread is None:
            raise Held(Reason.MUTED, unfit.last.said)  # the general topic: it is not ours to open
        await turns.again(unfit)
        try:
            await self._read(at, ReopenForumTopic(chat_id=chat_of(at), message_thread_id=thread))
        except (Unfit, Refused):
            raise Astray(unfit.last.said) from None
        turns.reopened = True
        await turns.another()

    async def _files(self, lane: Place, run: Sequence[Post]) -> dict[str, InputFile]:
        """Fetch what must go under another name, or as another kind.

        Raises:
            Unfit: it cannot be had.
        """
        files: dict[str, InputFile] = {}
        for picture in (each.picture for each in run if each.picture):
            files[PICTURE] = BufferedInputFile(await drawn(picture), "picture.png")
        for media in (each.media for each in run if each.media and each.media.renamed):
            files[media.file] = BufferedInputFile(await self._fetch(lane, media), named(media))
        return files

    async def _fetch(self, lane: Place, media: Media) -> bytes:
        try:
            found = await self._read(lane, GetFile(file_id=media.file))
        except Refused as refused:
            raise Unfit(Adapt.MEDIA, refused) from None
        fetched = await self._session.fetch(self._bot, str(found["file_path"]))
        if not fetched.ok and not fetched.status:
            raise Retry(errors.NO_WAY)
        if not fetched.ok:
            raise Unfit(Adapt.MEDIA, Refused(Reason.FILE))
        return bytes(fetched.result)

    async def _change(self, at: Place, ref: Ref, part: Post, turns: Turns) -> None:
        files = await self._files(at, [part])
        ways = edits(at, ref, part, files)
        method = next(ways)
        while True:
            try:
                await self._call(at, method)
            except Unfit as unfit:
                following = next(ways, None)
                if unfit.adapt is Adapt.BUTTONS and part.buttons:
                    part = replace(part, buttons=())
                    ways = edits(at, ref, part, files)
                    following = next(ways)
                elif unfit.adapt not in {Adapt.METHOD, Adapt.MEDIA} or following is None:
                    raise
                await turns.again(unfit)
                method = following
            else:
                if part.media and isinstance(method, EditMessageText):
                    turns.lost = Reason.FILE
                return

    async def _withdraw(self, at: Place, refs: Sequence[Ref], words: str, turns: Turns) -> None:
        method = DeleteMessages(chat_id=chat_of(at), message_ids=[int(ref) for ref in refs])
        try:
            try:
                await self._call(at, method)
            except Unfit as unfit:
                if unfit.adapt is Adapt.ANEW:
                    return  # it is gone
                if unfit.adapt is not Adapt.EMPTY:
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


async def drawn(picture: Timeline | Chart) -> bytes:
    """Draw a picture, while others go on.

    Raises:
        Unfit: it cannot be drawn; the words below it will do.
    """
    try:
        return await aside(partial(draw, picture))
    except Exception:
        log.exception("a picture cannot be drawn")
        raise Unfit(Adapt.MEDIA, Refused(Reason.OUR_FAULT)) from None


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
    """Return the form that may be accepted where one was not; if there is none, say why not.

    What may not be shown is tried as a plain file, and then its words are said alone.
    """
    match unfit.adapt:
        case Adapt.TARGET if part.reply_to:
            return replace(part, reply_to=None)
        case Adapt.BUTTONS if part.buttons:
            return replace(part, buttons=(), asks_contact=None)
        case Adapt.MEDIA if part.picture:
            return replace(part, picture=None)
        case Adapt.MEDIA if part.media:
            file = as_file(part)
            turns.lost = turns.lost or (None if file else Reason.FILE)
            return file or in_words(part)
        case _:
            raise unfit.last


def editable(post: Post) -> bool:
    """Say whether a correction can be shown in place: what has no caption is said anew."""
    kinds = [each.media.kind for each in post.album or (post,) if each.media]
    reworded = post.spare.edited is not None
    return not (reworded and any(KINDS[each].edited is Edited.BUTTONS for each in kinds))
