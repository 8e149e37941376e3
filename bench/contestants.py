"""The processes: the stub, and the two bots that work against it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp

from bench import cases, town
from bench.scenario import Scenario, Spoken, Wrong, check
from bot.clock import system

ROOT: Final = Path(__file__).parent.parent
PATIENCE: Final = 300  #: seconds for one stretch of work
WARM: Final = 600  #: messages before anything is measured
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One stretch of work."""

    messages: int
    seconds: float  #: until the last text arrived
    cpu: float  #: seconds of the bot's process, until authors had their receipts as well
    calls: dict[str, int]
    waits: list[float]  #: seconds for each text, from when the bot could have it

    @property
    def rate(self) -> float:
        """Messages relayed per second."""
        return self.messages / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of CPU per message."""
        return self.cpu / self.messages * 1000


Rounds = dict[str, list[Measured]]  #: by the name of the contestant


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
        """Let every client have a case that their vendor has answered, and warm up."""
        await self.welcome(range(self.scenario.clients))
        await self.carry(self.scenario.talk(WARM))

    async def welcome(self, clients: Iterable[int]) -> None:
        """Let clients come and ask, and be answered."""
        await self.carry([self.scenario.starts(each) for each in clients], receipts=False)
        await self.carry([self.scenario.asks(each) for each in clients], receipts=False)
        await self.carry([self.scenario.answers(each) for each in clients])

    @property
    def memory(self) -> int:
        """Kilobytes of memory that the process has now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    async def carry(
        self, spoken: list[Spoken], *, pause: float = 0, receipts: bool = True
    ) -> Measured:
        """Let the bot relay what was said, and check what arrived.

        It gets all of it at once, or one update every *pause* of seconds.

        Raises:
            Wrong: something was lost, doubled or turned round.
        """
        thanked = spoken if receipts and self.durable else []
        wanted = {
            "updates": [each.update for each in spoken],
            "awaited": [(each.to, each.number) for each in spoken],
            "thanked": [(each.chat, each.message) for each in thanked],
            "pause": pause,
            "patience": PATIENCE,
        }
        before = cpu(self.process.pid)
        came = await self._unless_ended(wanted)
        used = cpu(self.process.pid) - before
        check(spoken, came["arrivals"], order=self.durable)
        if came["unthanked"]:
            raise Wrong(f"{came['unthanked']} authors were not told that their words arrived")
        self.scenario.note(spoken, came["arrivals"])
        return Measured(len(spoken), came["seconds"], used, came["calls"], came["waits"])

    async def hears(self, update: dict[str, Any]) -> None:
        """Let the bot hear something of which nothing is awaited."""
        async with self.session.post(f"/aside/{self.token}", json=update) as response:
            response.raise_for_status()

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


async def done(run: AbstractAsyncContextManager[asyncio.subprocess.Process]) -> None:
    """Run a process to its end."""
    async with run as process:
        if await process.wait():
            raise RuntimeError(f"a process has ended with {process.returncode}")


@dataclass(frozen=True)
class Stub:
    """The server that runs, and a folder for whoever works against it."""

    session: aiohttp.ClientSession
    url: str
    folder: Path


@asynccontextmanager
async def stub(folder: Path) -> AsyncIterator[Stub]:
    """Run the server."""
    async with python("-m", "bench.stub", folder=folder) as process:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        url, endless = f"http://127.0.0.1:{port}", aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(url, timeout=endless) as session:
            yield Stub(session, url, folder)


@asynccontextmanager
async def baton(
    stub: Stub,
    scenario: Scenario,
    *,
    name: str = "Baton",
    tickets: int = 0,
    sample: Path | None = None,
) -> AsyncIterator[Contestant]:
    """Run Baton as it runs in production, but for the limits, on tables of its own.

    They hold so many *tickets* of the past, or all that is in a *sample*.
    """
    path, chain = stub.folder / f"{name}.db", stub.folder / f"{name}.toml"
    chain.write_text((town.chain() if sample else "") + scenario.chain())
    if sample:
        await asyncio.to_thread(shutil.copy, sample, path)
    environment = {
        "BOT_TOKEN": f"{cases.BOT}:{name}",
        "DATABASE_URL": f"sqlite:///{path}",
        "CHAIN_FILE": str(chain),
        "TELEGRAM_API_URL": stub.url,
        "SEND_LIMITS": "none",
        "HTTP_PORT": "0",
        "LOG_LEVEL": "WARNING",
    }
    run = partial(python, "-m", "bot", folder=stub.folder, **environment)
    await done(run("migrate"))
    if tickets:
        await done(run("apply", "--yes", str(chain)))
        await asyncio.to_thread(cases.write, path, tickets, scenario, system())
    async with run() as process:
        yield Contestant(name, environment["BOT_TOKEN"], scenario, process, stub.session, True)


@asynccontextmanager
async def bare(stub: Stub, scenario: Scenario) -> AsyncIterator[Contestant]:
    """Run the bare relay."""
    environment = {"BOT_TOKEN": "42:BARE", "TELEGRAM_API_URL": stub.url}
    async with python("-m", "bench.bare", folder=stub.folder, **environment) as process:
        yield Contestant("bare relay", "42:BARE", scenario, process, stub.session, False)


@asynccontextmanager
async def ready(
    *contestants: AbstractAsyncContextManager[Contestant],
) -> AsyncIterator[list[Contestant]]:
    """Run contestants side by side, with cases in which people can talk."""
    async with AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(each) for each in contestants]
        for bot in bots:
            await bot.prepare()
        yield bots


async def in_turn(
    bots: Sequence[Contestant], rounds: int, messages: int, *, pause: float = 0
) -> Rounds:
    """Let each carry so many messages, round by round."""
    found: Rounds = {bot.name: [] for bot in bots}
    for _ in range(rounds):
        for bot in bots:
            found[bot.name].append(await bot.carry(bot.scenario.talk(messages), pause=pause))
    return found
