"""What people say: each message has a mark of its own, so that it can be found wherever it went."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice

from tests.end_to_end.live_processes import PATIENCE, Json, Stage
from tests.kill.town import Town

MARK = re.compile(r"\bm\d{6}\b")


@dataclass(frozen=True)
class Said:
    """One message, and the chats that have to read it."""

    mark: str
    chat: int  #: where it was said
    client: int  #: whose case it belongs to
    readers: tuple[int, ...]
    opens: bool = False  #: the case; the companies read it on the card


class Talk:
    """The people of a town, who never stop talking."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self._stage, self.town = stage, town
        self.said: list[Said] = []
        self._known: dict[int, str] = {}  #: clients whose case has a ticket below: its number
        self._newcomers = iter(town.clients)
        self._voices = cycle(self._next_voices())
        self._talking: list[int] = []

    async def asks(self, path: str, **query: str | int) -> Json:
        """Look at something in this town's world."""
        return await self._stage.asks(f"bot{self.town.bot}/{path}", **query)

    async def does(self, path: str, **wish: object) -> Json:
        """Let something happen in this town's world."""
        return await self._stage.does(f"bot{self.town.bot}/{path}", **wish)

    async def arrive(self, count: int) -> None:
        """Let new clients come, and ask for something."""
        for client in islice(self._newcomers, count):
            pair = self.town.pair_of(client)
            link = f"https://t.me/baton_{self.town.bot}_bot?start=v{pair.number}"
            await self.does("open", as_=client, link=link)
            said = self._note(client, client, (pair.vendor, pair.service), opens=True)
            await self._say(client, said, f"Nothing works, {said.mark}")
            self._talking.append(client)

    async def meet(self) -> None:
        """Learn the numbers of the tickets at the services, so that they can answer."""
        for pair in self.town.pairs:
            told = await self.asks("messages", chat=pair.service)
            cards = [each["text"] for each in told["messages"] if each["from"]["is_bot"]]
            for said in self.said:
                if said.opens and pair.service in said.readers:
                    card = next(text for text in cards if said.mark in text)
                    self._known[said.client] = card.split(" ")[0]

    async def go_on(self, count: int) -> None:
        """Let so many messages be said, by everybody at once, and by each in order."""
        by_chat: dict[int, list[tuple[int, Said, str]]] = defaultdict(list)
        for who, said, text in islice(self._sentences(), count):
            by_chat[said.chat].append((who, said, text))
        await asyncio.gather(*(self._say_all(lines) for lines in by_chat.values()))

    def _sentences(self) -> Iterator[tuple[int, Said, str]]:
        for client, answers in self._voices:
            pair = self.town.pair_of(client)
            if answers:
                said = self._note(pair.service, client, (pair.vendor, client))
                yield pair.clerk, said, f"/say {self._known[client]} We are at it, {said.mark}"
            else:
                said = self._note(client, client, (pair.vendor, pair.service))
                yield client, said, f"It still leaks, {said.mark}"

    def _next_voices(self) -> Iterator[tuple[int, bool]]:
        while True:
            for client in list(self._talking):
                yield client, False
                if client in self._known:
                    yield client, True

    def _note(self, chat: int, client: int, readers: Iterable[int], *, opens: bool = False) -> Said:
        said = Said(f"m{len(self.said):06}", chat, client, tuple(readers), opens)
        self.said.append(said)
        return said

    async def _say_all(self, lines: list[tuple[int, Said, str]]) -> None:
        for who, said, text in lines:
            await self._say(who, said, text)

    async def _say(self, who: int, said: Said, text: str) -> None:
        await self.does("say", as_=who, chat=said.chat, text=text)

    # What the bot does

    async def sequence(self) -> int:
        """Return the number of the last thing that happened."""
        seq: int = (await self.asks("world"))["seq"]
        return seq

    async def first_words(self, after: int) -> None:
        """Wait until the bot says something new."""
        wanted = {"method": "sendMessage", "after": after, "begun": True}
        await self.does("wait", calls=wanted, seconds=2 * PATIENCE)

    async def next_words(self, within: float) -> None:
        """Wait until the bot begins to say one more thing, or has been silent for so long."""
        wanted = {"method": "sendMessage", "after": await self.sequence(), "begun": True}
        with suppress(AssertionError):
            await self.does("wait", calls=wanted, seconds=within)

    async def heard(self, said: Said) -> None:
        """Wait until every reader has a message."""
        for chat in said.readers:
            wanted = {"text": said.mark, "by": "bot", "seconds": 2 * PATIENCE}
            await self.does("wait", chat=chat, **wanted)

    async def quiet(self, pause: float) -> None:
        """Wait until the bot has heard everything, and has nothing more to say."""
        await self.does("wait", quiet=pause, seconds=5 * PATIENCE)
