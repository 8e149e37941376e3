"""Baton as it runs: a messenger and a bot, each a process of its own, and HTTP between them."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import ClientSession

from tests import nursery
from tests.nursery import Child

ROOT: Final = Path(__file__).parents[2]
TOKEN: Final = "42:SANDBOX"
PATIENCE: Final = 60.0  #: seconds that anything may take on a busy machine

Json = dict[str, Any]


def surroundings(**settings: object) -> dict[str, str]:
    """Return an environment with these settings and none of whoever runs the tests."""
    path = os.environ.get("PATH", os.defpath)
    known = {"PATH": path, "PYTHONPATH": str(ROOT), "LOG_FORMAT": "console"}
    return known | {name: str(value) for name, value in settings.items()}


def migrate(folder: Path, url: str) -> None:
    """Let a real process make the tables."""
    settings = surroundings(BOT_TOKEN=TOKEN, DATABASE_URL=url)
    code, said = nursery.run("bot", "migrate", folder=folder, env=settings)
    assert code == 0, said


def free_port() -> int:
    """Return a port that nobody listens on.

    It is none of those that the system gives to whoever connects to somewhere: while its process
    is dead, it would be taken.
    """
    while True:
        port = random.randrange(15_000, 30_000)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


class Process:
    """One of ours: what it writes can be waited for, and is shown when a test fails."""

    aloud = True  #: what it writes is repeated for whoever reads the output of the tests

    def __init__(self, module: str, process: Child) -> None:
        self._module, self._process = module, process
        self._news = asyncio.Condition()
        self.over = False  #: it has ended
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, module: str, *arguments: str, folder: Path, **settings: object) -> Process:
        """Start ``python -m`` *module* in a *folder* where no ``.env`` is."""
        env = surroundings(**settings)
        return cls(module, await nursery.start(module, *arguments, folder=folder, env=env))

    async def writes(self, words: str) -> str:
        """Return the first line with these words, as soon as it is there."""
        async with asyncio.timeout(PATIENCE), self._news:
            while True:
                for line in self.lines:
                    if words in line:
                        return line
                assert not self.over, f"no {words!r} before the end: {self.lines}"
                await self._news.wait()

    async def ends(self) -> int:
        """Wait for the end, and return the exit code."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.shield(self._reading)
            return await self._process.wait()

    async def stop(self, how: Signals = SIGTERM) -> int:
        """Send a signal that ends it, and return the exit code."""
        self.signal(how)
        return await self.ends()

    async def dies(self) -> None:
        """End at once, whatever was under way."""
        assert await self.stop(SIGKILL) == -SIGKILL

    def signal(self, which: Signals) -> None:
        """Send a signal; who is gone does not hear it."""
        self._process.send_signal(which)

    async def _read(self) -> None:
        async for line in self._process.stdout:
            self.lines.append(line.decode().rstrip())
            if self.aloud:
                sys.stderr.write(f"{self._module}: {self.lines[-1]}\n")
            await self._tell()
        self.over = True
        await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


class Stage:
    """A messenger, and whatever is started beside it: all of it ends with the test."""

    def __init__(
        self,
        folder: Path,
        *,
        casts: Sequence[Path] = (),
        limited: bool = False,
        aloud: bool = True,
    ) -> None:
        self.folder, self._aloud = folder, aloud
        self._cast = ["--cast", *map(str, casts)] if casts else []
        self._limits = [] if limited else ["--no-limits"]
        self._settings: Json = {} if limited else {"SEND_LIMITS": "none"}
        self._processes: list[Process] = []
        self.health = f"http://127.0.0.1:{free_port()}/health"

    async def __aenter__(self) -> Self:
        sandbox = await self._start("sandbox", "--port", "0", *self._cast, *self._limits)
        try:
            self.url = (await sandbox.writes("sandbox on ")).removeprefix("sandbox on ")
        except BaseException:
            await sandbox.stop(SIGKILL)
            raise
        self.http = ClientSession(self.url)
        self.world = await self.asks("world")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.close()
        for process in reversed(self._processes):
            await process.stop(SIGKILL)

    async def runs(self, *command: str, **settings: object) -> Process:
        """Start a command of the bot; *settings* go before what a stage usually sets."""
        usual = {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.url,
            "HTTP_PORT": self.health.removesuffix("/health").rpartition(":")[2],
        }
        return await self._start("bot", *command, **{**usual, **self._settings, **settings})

    async def bot(self, **settings: object) -> Process:
        """Start the bot, and wait until it is at work."""
        process = await self.runs(**settings)
        await process.writes("is running")
        return process

    async def _start(self, module: str, *arguments: str, **settings: object) -> Process:
        process = await Process.start(module, *arguments, folder=self.folder, **settings)
        process.aloud = self._aloud
        self._processes.append(process)
        return process

    # The control API

    async def asks(self, path: str, **query: str | int) -> Json:
        """Look at something."""
        async with self.http.get(f"/control/{path}", params=query) as answer:
            told: Json = await answer.json()
        assert answer.status == 200, told
        return told

    async def does(self, path: str, **wish: object) -> Json:
        """Let something happen, or wait for it."""
        wish = {name.rstrip("_"): value for name, value in wish.items()}
        async with self.http.post(f"/control/{path}", json=wish) as answer:
            told: Json = await answer.json()
        assert answer.status == 200, told
        return told

    async def quiet(self, pause: float = 0.5) -> None:
        """Wait until the bot has heard everything, and has nothing more to say."""
        await self.does("wait", quiet=pause, seconds=PATIENCE)

    async def calls(self, method: str = "", **query: str | int) -> Sequence[Json]:
        """Return what the bot has called, but for its polls."""
        wanted = query | ({"method": method} if method else {})
        told = await self.asks("calls", **wanted)
        return [call for call in told["calls"] if call["method"] != "getUpdates"]

    async def called(self, method: str, chat: int, count: int = 1, **more: object) -> list[Json]:
        """Wait for calls; *begun* ones need not be answered."""
        wanted = {"method": method, "chat": chat, "count": count, **more}
        told = await self.does("wait", calls=wanted, seconds=PATIENCE)
        found: list[Json] = told["calls"]
        return found
