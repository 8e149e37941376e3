"""The processes: the stub, and the two bots that work against it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from bench.scenario import Scenario, Spoken, Wrong, check

ROOT: Final = Path(__file__).parent.parent
PATIENCE: Final = 300  #: seconds for one stretch of work
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One stretch of work."""

    messages: int
    seconds: float  #: until the last text arrived
    cpu: float  #: seconds of the bot's process, until authors had their receipts as well
    calls: dict[str, int]

    @property
    def rate(self) -> float:
        """Messages relayed per second."""
        return self.messages / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of CPU per message."""
        return self.cpu / self.messages * 1000


@dataclass
class Contestant:
    """A bot that runs, and the people who talk through it."""

    name: str
    token: str
    scenario: Scenario
    process: asyncio.subprocess.Process
    session: aiohttp.ClientSession
    durable: bool  #: it promises an order, and receipts

    async def prepare(self) -> None:
        """Let every client have a case that their vendor has answered."""
        await self.carry(self.scenario.starts(), receipts=False)
        await self.carry(self.scenario.requests(), receipts=False)
        await self.carry(self.scenario.replies())

    async def carry(self, spoken: list[Spoken], *, receipts: bool = True) -> Measured:
        """Let the bot relay what was said, and check what arrived.

        Raises:
            Wrong: something was lost, doubled or turned round.
        """
        thanked = spoken if receipts and self.durable else []
        wanted = {
            "updates": [each.update for each in spoken],
            "awaited": [(each.to, each.number) for each in spoken],
            "thanked": [(each.chat, each.message) for each in thanked],
            "patience": PATIENCE,
        }
        before = cpu(self.process.pid)
        came = await self._unless_ended(wanted)
        used = cpu(self.process.pid) - before
        check(spoken, came["arrivals"], order=self.durable)
        if came["unthanked"]:
            raise Wrong(f"{came['unthanked']} authors were not told that their words arrived")
        self.scenario.note(spoken, came["arrivals"])
        return Measured(len(spoken), came["seconds"], used, came["calls"])

    async def _unless_ended(self, wanted: dict[str, Any]) -> dict[str, Any]:
        work = asyncio.ensure_future(self._ask(wanted))
        end = asyncio.ensure_future(self.process.wait())
        await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        if not work.done():
            work.cancel()
            raise RuntimeError(f"{self.name} has ended with {self.process.returncode}")
        return work.result()

    async def _ask(self, wanted: dict[str, Any]) -> dict[str, Any]:
        async with self.session.post(f"/desk/{self.token}", json=wanted) as response:
            came: dict[str, Any] = await response.json()
            return came


def cpu(process: int) -> float:
    """Return the seconds of CPU that a process has used, its own and the system's for it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@asynccontextmanager
async def python(
    *arguments: str, folder: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python process as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | environment,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def stub(folder: Path) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Run the server; return a way to speak to it, and its address."""
    async with python("-m", "bench.stub", folder=folder) as process:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        url, endless = f"http://127.0.0.1:{port}", aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(url, timeout=endless) as session:
            yield session, url


@asynccontextmanager
async def baton(
    session: aiohttp.ClientSession, url: str, scenario: Scenario, folder: Path
) -> AsyncIterator[Contestant]:
    """Run Baton as it runs in production, but for the limits, on tables of its own."""
    (folder / "chain.toml").write_text(scenario.chain())
    environment = {
        "BOT_TOKEN": "42:BATON",
        "DATABASE_URL": f"sqlite:///{folder / 'baton.db'}",
        "CHAIN_FILE": str(folder / "chain.toml"),
        "TELEGRAM_API_URL": url,
        "SEND_LIMITS": "none",
        "HTTP_PORT": "0",
        "LOG_LEVEL": "WARNING",
    }
    async with python("-m", "bot", "migrate", folder=folder, **environment) as migration:
        if await migration.wait():
            raise RuntimeError("the tables could not be made")
    async with python("-m", "bot", folder=folder, **environment) as process:
        yield Contestant("Baton", "42:BATON", scenario, process, session, durable=True)


@asynccontextmanager
async def bare(
    session: aiohttp.ClientSession, url: str, scenario: Scenario, folder: Path
) -> AsyncIterator[Contestant]:
    """Run the bare relay."""
    environment = {"BOT_TOKEN": "42:BARE", "TELEGRAM_API_URL": url}
    async with python("-m", "bench.bare", folder=folder, **environment) as process:
        yield Contestant("bare relay", "42:BARE", scenario, process, session, durable=False)
