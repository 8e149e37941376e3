"""A Bot API server that does as little as it can: it hands out updates, and notes what is said.

Each token has a desk of its own. ``POST /desk/<token>`` puts updates on it, at once or one after
another by the clock, and is answered when all that is awaited of the bot has come. ``POST
/aside/<token>`` puts one more there, of which nothing is awaited.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

MARK: Final = re.compile(r"#(\d+)\b")  #: a text that is relayed carries its number
DONE: Final = "👌"  #: the reaction that tells an author that everybody has a message
FIRST: Final = 10_000_000  #: id of the bots' messages; those of people are smaller

ME: Final = b'{"id":42,"is_bot":true,"first_name":"Bot","username":"bench_bot"}'
NO_WEBHOOK: Final = b'{"url":"","has_custom_certificate":false,"pending_update_count":0}'
OWNER: Final = (
    b'{"status":"creator","is_anonymous":false,"user":{"id":7,"is_bot":false,"first_name":"O"}}'
)


ROOM: Final = 1000  #: numbers that are free between two updates, for those that come aside


@dataclass
class Desk:
    """What one bot is to hear, and what it has said."""

    updates: list[tuple[int, bytes]] = field(default_factory=list)
    awaited: set[tuple[int, int]] = field(default_factory=set)  #: chat and number of a text
    unthanked: set[tuple[int, int]] = field(default_factory=set)  #: chat and message
    arrivals: list[tuple[int, int, int]] = field(default_factory=list)  #: chat, number, message
    offered: dict[tuple[int, int], float] = field(default_factory=dict)  #: when, by its text
    waits: list[float] = field(default_factory=list)  #: seconds until each text arrived
    calls: Counter[str] = field(default_factory=Counter)
    fresh: asyncio.Event = field(default_factory=asyncio.Event)
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    ids: count[int] = field(default_factory=lambda: count(FIRST))
    newest: int = 0  #: number of the update that was offered last
    last: float = 0.0  #: when the last text that was awaited arrived

    async def ask(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Put updates on the desk, and return what came of them: all of it, or what is in time."""
        texts = [(chat, number) for chat, number in wanted["awaited"]]
        self.awaited = {*texts}
        self.unthanked = {(chat, message) for chat, message in wanted["thanked"]}
        self.arrivals, self.calls, self.offered, self.waits = [], Counter(), {}, []
        self.complete.clear()
        raws = [numbered(update, update["update_id"] * ROOM) for update in wanted["updates"]]
        began = perf_counter()
        with suppress(TimeoutError):
            async with asyncio.timeout(wanted["patience"]):
                await self.offer(raws, texts, wanted["pause"])
                await self.complete.wait()
        return {
            "unthanked": len(self.unthanked),
            "seconds": self.last - began,
            "waits": self.waits,
            "arrivals": self.arrivals,
            "calls": self.calls,
        }

    async def offer(
        self, raws: list[tuple[int, bytes]], texts: list[tuple[int, int]], pause: float
    ) -> None:
        """Let the bot have updates: all at once, or one every *pause*, whatever it does."""
        began = perf_counter()
        for turn, (raw, text) in enumerate(zip(raws, texts, strict=True)):
            if pause:
                await asyncio.sleep(began + turn * pause - perf_counter())
            self.offered[text] = perf_counter()
            self.updates.append(raw)
            self.newest = raw[0]
            self.fresh.set()

    def hears(self, update: dict[str, Any]) -> None:
        """Let the bot have one more update, of which nothing is awaited."""
        self.newest += 1
        self.updates.append(numbered(update, self.newest))
        self.fresh.set()

    async def get_updates(self, said: dict[str, Any]) -> bytes:
        """Hand out updates from the offset on; wait for some if there are none."""
        offset = int(said.get("offset", 0))
        self.updates = [each for each in self.updates if each[0] >= offset]
        if not self.updates:
            self.fresh.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(float(said.get("timeout", 0))):
                    await self.fresh.wait()
        found = self.updates[: int(said.get("limit", 100))]
        return b"[" + b",".join(raw for _, raw in found) + b"]"

    def send(self, said: dict[str, Any]) -> bytes:
        """Note a text; one may hold several that were waiting for the same chat."""
        chat, message = int(said["chat_id"]), next(self.ids)
        for number in map(int, MARK.findall(said["text"]) or "0"):
            self.arrivals.append((chat, number, message))
            if (chat, number) in self.awaited:
                self.awaited.remove((chat, number))
                self.last = perf_counter()
                self.waits.append(self.last - self.offered[chat, number])
        self.check()
        kind = b"private" if chat > 0 else b"supergroup"
        found = b'{"message_id":%d,"date":1,"chat":{"id":%d,"type":"%b"}}'
        return found % (message, chat, kind)

    def react(self, said: dict[str, Any]) -> bytes:
        """Note that an author is told that a message is everywhere."""
        if DONE in said["reaction"][0]["emoji"]:
            self.unthanked.discard((int(said["chat_id"]), int(said["message_id"])))
            self.check()
        return b"true"

    def check(self) -> None:
        """See whether all has come."""
        if not self.awaited and not self.unthanked:
            self.complete.set()

    async def answer(self, method: str, said: dict[str, Any]) -> bytes:
        """Return the result of a call."""
        self.calls[method] += 1
        match method:
            case "getUpdates":
                return await self.get_updates(said)
            case "sendMessage":
                return self.send(said)
            case "sendDocument" | "sendPhoto":
                return b'{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"}}' % next(
                    self.ids
                )
            case "editMessageText":
                place = int(said["message_id"]), int(said["chat_id"])
                return b'{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"}}' % place
            case "setMessageReaction":
                return self.react(said)
            case "getMe":
                return ME
            case "getWebhookInfo":
                return NO_WEBHOOK
            case "getChatAdministrators":
                return b"[" + OWNER + b"]"
            case _:
                return b"true"


def numbered(update: dict[str, Any], number: int) -> tuple[int, bytes]:
    """Return an update by a number of its own: the bot asks for those after the last one."""
    return number, json.dumps(update | {"update_id": number}).encode()


def server() -> web.Server:
    """Return the server: no routes, no middlewares."""
    desks: dict[str, Desk] = defaultdict(Desk)

    async def handle(request: web.BaseRequest) -> web.Response:
        _, who, what = request.path.split("/")
        body = await request.read()
        if who == "desk":
            return web.json_response(await desks[what].ask(json.loads(body)))
        if who == "aside":
            desks[what].hears(json.loads(body))
            return web.json_response({})
        if request.content_type == "multipart/form-data":
            said: dict[str, Any] = {}  # a file: nobody waits for it
        elif request.content_type == "application/json":
            said = json.loads(body)
        else:
            said = dict(parse_qsl(body.decode()))
        result = await desks[who.removeprefix("bot")].answer(what, said)
        answer = b'{"ok":true,"result":' + result + b"}"
        return web.Response(body=answer, content_type="application/json")

    return web.Server(handle)


async def main() -> None:
    """Serve on any free port, and print which."""
    runner = web.ServerRunner(server())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
