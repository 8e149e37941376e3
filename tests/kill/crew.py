"""The processes: they are started, killed, stopped and put to sleep, and others go on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from signal import SIGCONT, SIGSTOP, SIGTERM

from aiohttp import ClientConnectionError, ClientSession

from tests.end_to_end.live_processes import PATIENCE, Process, Stage, free_port
from tests.kill.town import Town

LOOKS = 0.1  #: seconds between tries to reach a process that is starting
SECRET = "nobody guesses this one"


class Member:
    """One process of the bot, in one place; whoever starts again there is the same member."""

    def __init__(self, stage: Stage, towns: list[Town], database: str, *, webhook: bool) -> None:
        self._stage, port = stage, free_port()
        self._settings: dict[str, object] = {
            "BOT_TOKEN": ",".join(town.token for town in towns),
            "DATABASE_URL": database,
            "CHAIN_FILE": stage.folder / "chain{bot}.toml",
            "HTTP_PORT": port,
            "LOG_LEVEL": "WARNING",
        }
        self._health = f"http://127.0.0.1:{port}/health"
        if webhook:
            self._settings |= {
                "WEBHOOK_URL": f"http://127.0.0.1:{port}",
                "WEBHOOK_SECRET": SECRET,
            }
        self.process: Process | None = None
        self.lines: list[str] = []  #: what it ever wrote

    async def start(self) -> None:
        """Start it, if it does not run."""
        if self.process is None:
            self.process = await self._stage.runs(**self._settings)

    async def dies(self) -> None:
        """Kill it with signal 9: it has no time for anything."""
        assert self.process
        await self.process.dies()
        self._gone()

    async def stops(self) -> int:
        """Ask it to end once it can hear that, and return its exit code."""
        assert self.process
        await self._answers()
        code = await self.process.stop(SIGTERM)
        self._gone()
        return code

    async def _answers(self) -> None:
        """Wait until it says how it is, whatever that is."""
        async with asyncio.timeout(PATIENCE), ClientSession() as http:
            while True:
                with suppress(ClientConnectionError):
                    async with http.get(self._health):
                        return
                assert self.process
                assert not self.process.over, f"it has ended: {self.process.lines[-20:]}"
                await asyncio.sleep(LOOKS)

    def sleeps(self) -> None:
        """Let it stand still, as a machine that is suspended does."""
        assert self.process
        self.process.signal(SIGSTOP)

    def wakes(self) -> None:
        """Let it go on."""
        assert self.process
        self.process.signal(SIGCONT)

    def _gone(self) -> None:
        assert self.process
        self.lines += self.process.lines
        self.process = None
