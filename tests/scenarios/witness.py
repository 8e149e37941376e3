"""A world in which everything that ever leaves is remembered: in the form in which it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.methods import AnswerCallbackQuery
from aiogram.methods.base import TelegramMethod

from bot.posts import calls, named, sending, together
from relay.channel import Another, Landed, Place, Post, Ref
from relay.content import Medium
from tests.actors import BOT, World
from tests.canaries import strings
from tests.messenger import Courtesies, Messenger


@dataclass(frozen=True)
class Told:
    """Something that one chat was told."""

    moment: int
    place: str
    words: tuple[str, ...]  #: all that can be read of it
    post: Post | None = None


class Witness(Messenger):
    """The messenger of the tests, which forgets nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Told] = []
        self.moment = 0
        self.files: dict[str, list[str]] = {}  #: what is read of each file, by its id

    async def send(self, to: Place, post: Post, another: Another) -> Landed:
        self.hears(to, [*self.words(post)], post)
        return await super().send(to, post, another)

    async def edit(self, at: Place, refs: Sequence[Ref], post: Post, another: Another) -> Landed:
        self.hears(at, [*self.words(post)], post)
        return await super().edit(at, refs, post, another)

    def hears(self, place: str, words: Sequence[str], post: Post | None = None) -> None:
        self.told.append(Told(self.moment, place, tuple(words), post))

    def words(self, post: Post) -> Iterator[str]:
        """Find everything in a post that can be read where it arrives, or may be."""
        for each in (post, *post.album):
            yield from (each.spare.withdrawn, each.spare.edited or "", each.asks or "")
            if each.media:
                yield each.spare.media
                yield from strings(dict(each.media.facts))
        for call in calls(post):
            files: dict[str, Any] = {}
            method = (
                sending(Place("1"), call[0], None, files)
                if len(call) == 1
                else together(Place("1"), call, None, files)
            )
            for word in strings(method.model_dump(exclude_none=True)):
                if word not in self.files:
                    yield word
            for part in call:
                media = part.media
                if media and media.kind is Medium.RICH:  # a copy: all of it arrives
                    yield from strings(self.find(str(media.facts["chat"]), media.file).raw)
                elif media and media.file:
                    yield from [named(media)] if media.renamed else self.files.get(media.file, [])


class Listening(Courtesies):
    """What is answered at once is remembered as well."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None
    ) -> Any:
        witness = self.messenger
        assert isinstance(witness, Witness)
        chat = getattr(method, "chat_id", None)
        place = WHO_PRESSED if isinstance(method, AnswerCallbackQuery) else str(chat)
        witness.hears(place, [*strings(method.model_dump(exclude_none=True, exclude={"chat_id"}))])
        return await super().make_request(bot, method, timeout)


WHO_PRESSED = "whoever has pressed"  #: is answered; that must not tell anybody anything


class Watched(World):
    """A world with a witness."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.witness = Witness()
        self.messenger = self.witness
        self.bot = Bot(f"{BOT}:TEST", session=Listening(self.witness, self.leads))
