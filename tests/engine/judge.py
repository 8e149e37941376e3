"""A messenger that judges how fast it is spoken to: when calls arrive, however long they took."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from aiogram import Bot

from bot.settings import Settings
from bot.telegram import Telegram
from relay.channel import Another, Landed, Place, Post, Reaction, Ref, Retry, Topic, Unclear
from relay.limits import Window
from relay.text import Text
from sandbox.limits import Budget, Limits
from tests.simulation.clockwork import Loop

WAY: Final = (0.005, 0.02)  #: seconds that a call takes there, and as many its answer back
PATIENCE: Final = 5.0  #: seconds after which a call is given up whose answer does not come
LATE: Final = 15.0  #: seconds that a call takes which got lost on its way, and still arrives


@dataclass(frozen=True)
class Heard:
    """One call that was let through, as its chat shows it."""

    at: float
    place: str
    words: str
    by: Budget

    @property
    def said(self) -> bool:
        """Whether it is something to be read."""
        return self.by is Budget.SEND


class Judge:
    """The channel of these tests: it is told to be as fast as Telegram's channel is told to be.

    What it enforces comes from elsewhere: the sandbox's limits, which know nothing of ours.
    """

    def __init__(self, loop: Loop, seed: int) -> None:
        self._loop, self._dice = loop, Random(seed)
        limits = Settings.model_fields["send_limits"].get_default(call_default_factory=True)
        self._promises = Telegram(Bot("42:TEST"), limits)
        self._limits = Limits(on=True)
        self._refs = 0
        self.heard: list[Heard] = []
        self.refused: list[tuple[float, str]] = []  #: calls that came too fast: when, and where
        self.pauses: dict[str, list[int]] = {}  #: that a chat will ask for without a cause
        self.lost: dict[str, int] = {}  #: how many calls to a chat will come late, unanswered

    def windows(self, lane: Place, *, reaction: bool) -> Sequence[tuple[tuple[str, ...], Window]]:
        return self._promises.windows(lane, reaction=reaction)

    def fits(self, text: Text) -> bool:
        return self._promises.fits(text)

    async def send(self, to: Place, post: Post, another: Another) -> Landed:
        return Landed(to, [await self._call(to, post.words.plain, Budget.SEND)])

    async def edit(self, at: Place, refs: Sequence[Ref], post: Post, another: Another) -> Landed:
        await self._call(at, post.words.plain, Budget.SEND)
        return Landed(at, list(refs))

    async def delete(
        self, at: Place, refs: Sequence[Ref], another: Another, withdrawn: str
    ) -> None:
        await self._call(at, "", Budget.DELETE)

    async def retitle(self, at: Place, topic: Topic, another: Another) -> None:
        await self._call(at, topic.name, Budget.SEND)

    async def react(self, at: Place, ref: Ref, reaction: Reaction) -> None:
        await self._call(at, reaction, Budget.REACT)

    async def _call(self, place: Place, words: str, by: Budget) -> Ref:
        """Let a call go its way: it arrives even if nobody waits for its answer any more."""
        lost = self.lost.get(place, 0) > 0
        self.lost[place] = self.lost.get(place, 0) - lost
        there = LATE if lost else self._dice.uniform(*WAY)
        way = self._loop.create_task(
            self._arrive(place, words, by, there), context=self._loop.outside
        )
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(way)
        except TimeoutError:
            raise Unclear from None

    async def _arrive(self, place: Place, words: str, by: Budget, there: float) -> Ref:
        await asyncio.sleep(there)
        now = self._loop.time()
        pauses = self.pauses.get(place)
        pause = pauses.pop(0) if pauses else self._limits.wait(by, int(place), now)
        if pause and pauses is None:
            self.refused.append((now, place))
        if not pause:
            self.heard.append(Heard(now, place, words, by))
            self._refs += 1
        ref = Ref(str(self._refs))
        await asyncio.sleep(self._dice.uniform(*WAY))
        if pause and there < LATE:
            raise Retry(timedelta(seconds=pause), asked=True)
        return ref

    # What can be read

    def read(self, place: str, *, since: float = 0) -> list[Heard]:
        """Return what a chat was told since then, in order."""
        return [
            each for each in self.heard if each.place == place and each.said and each.at > since
        ]
