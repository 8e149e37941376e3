"""The product as one process of the simulation: put together here, and only here."""

from __future__ import annotations

import asyncio
import contextvars
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Final
from zlib import crc32

from prometheus_client import CollectorRegistry

from bot.clock import Clock
from bot.disk import Disk
from bot.fleet import Fleet
from bot.metrics import Metrics
from bot.settings import Settings
from bot.updates import Updates
from relay.store import Database, Store
from tests.simulation.clockwork import OWNER

API: Final = "http://sandbox"

HOT: Final = 2500  #: statements in a second are no work, but a loop that does not wait

#: Where a process may begin to stand still, besides calls, answers and after a commit.
POINTS: Final = {"BEGIN IMMEDIATE": "beginning", "COMMIT": "lock"}

#: Who calls the messenger, by the coroutine of the task that does it.
COURIER: Final = "Courier._make"
COURTESY: Final = "Updates.courtesies"
LOOK: Final = "Updates._answer"  #: a courtesy for which somebody had to look around


async def serve(process: Process) -> None:
    """Run the bot as ``bot.app.run`` does, without its web server and its signals."""
    story = process.story
    settings = Settings(
        bot_token=story.world.token,
        database_url=f"sqlite:///{story.path}",
        chain_file=story.chain_file,
        telegram_api_url=API,
    )
    clock = Clock(told=story.clock, passes=story.loop.time)
    database = process.database = Database(settings.database_url, clock=clock)
    metrics = Metrics(CollectorRegistry())
    fleet = process.fleet = Fleet(
        database, settings, None, metrics, Disk(None), clock, alone=not story.shared
    )
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(fleet.run())
            await process.told_to_stop.wait()
            await fleet.finish()
            await running
    finally:
        await database.close()


@contextmanager
def overheard(refused: dict[str, str]) -> Iterator[None]:
    """Let the judge know which updates were declined, and why: nothing else tells for sure."""
    real = Updates.refused

    async def spy(self: Updates, store: Any, raw: str, undone: Any) -> Any:
        refused[raw] = type(undone.__cause__).__name__
        return await real(self, store, raw, undone)

    Updates.refused = spy  # type: ignore[method-assign]
    try:
        yield
    finally:
        Updates.refused = real  # type: ignore[method-assign]


@contextmanager
def one_clock(story: Any) -> Iterator[None]:
    """Let the database have a clock of its own where several processes share it."""
    real = Store.moment

    async def moment(_: Store) -> datetime:
        now: datetime = story.start + timedelta(seconds=story.loop.time())
        return now

    if story.shared:
        Store.moment = moment  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Store.moment = real  # type: ignore[method-assign]


class Process:
    """One process: it may die at any moment, and does nothing from then on.

    It may also stand still for a while, as one that was stopped or whose machine sleeps.
    """

    def __init__(self, story: Any, number: int) -> None:
        self.story, self.number = story, number
        self.wire = story.wire
        self.dead = False
        self.database: Database | None = None
        self.fleet: Fleet | None = None
        self.connections: list[sqlite3.Connection] = []
        self.told_to_stop = asyncio.Event()
        self.started = story.loop.time()
        self._instant, self._hurry, self._wrote = 0.0, 0, False
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self.put_off: list[asyncio.Handle] | None = None
        context = contextvars.copy_context()
        context.run(OWNER.set, self)
        self.main = story.loop.create_task(serve(self), context=context, name=f"process {number}")

    def adopts(self, task: asyncio.Task[Any]) -> None:
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    def dies(self, where: str) -> None:
        """End at once: what is open is rolled back, what is on its way stays on its way."""
        if self.dead:
            return
        self.story.log(f"DEATH  of process {self.number} {where}")
        self.dead = True
        self.wakes()
        self._lets_go()
        for task in list(self._tasks):
            task.cancel()

    def _lets_go(self) -> None:
        for connection in self.connections:
            with suppress(sqlite3.ProgrammingError):  # it was closed already
                connection.rollback()
                connection.close()

    @property
    def asleep(self) -> bool:
        return self.put_off is not None

    def sleeps(self, seconds: float, where: str) -> None:
        """Stand still, from the next moment on at which one task may give way to another."""
        if self.dead or self.asleep:
            return
        story = self.story
        story.log(f"SLEEP  of process {self.number} for {seconds:.0f} s {where}")
        self.put_off, self._slept = [], story.loop.time()
        story.loop.call_later(seconds, self.wakes, context=story.loop.outside)
        story.changed.set()

    def wakes(self) -> None:
        """Go on: all that was to happen meanwhile happens now."""
        if self.put_off is None:
            return
        self.story.log(f"WAKING of process {self.number}")
        self.story.gaps.append((self.number, self._slept, self.story.loop.time()))
        put_off, self.put_off = self.put_off, None
        self.story.loop.go_on(put_off)
        self.story.woke()

    async def buried(self) -> None:
        """Wait until no task of a dead process is left."""
        self.dead = True
        self._lets_go()
        while self._tasks:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.wait(list(self._tasks), timeout=0.001)
        if not self.main.cancelled():
            self.main.exception()  # whoever wanted to know has asked by now
        if self.database is not None:
            await self.database.close()

    # Where faults find it

    def nods(self, point: str) -> bool:
        """Stand still at a point, perhaps; say whether it does."""
        seconds = self.story.weather.sleeps(point)
        if seconds:
            self.sleeps(seconds, f"at a {point}")
        return self.asleep

    def meets(self, point: str) -> None:
        """Pass a point at which a process may die."""
        if self.dead:
            raise asyncio.CancelledError
        if self.story.weather.dies(point):
            self.dies(f"at a {point}")
            raise asyncio.CancelledError

    async def before(self, statement: str) -> None:
        """Pass the point before a statement: others may run, it may die, the disk may fail."""
        story = self.story
        story.asked = crc32(statement.encode(), story.asked)
        now = story.loop.time()
        self._hurry = self._hurry + 1 if now < self._instant + 1.0 else 0
        self._instant = self._instant if self._hurry else now
        if self._hurry > HOT:
            story.finds(f"HOT process {self.number} asks without a pause: {statement[:80]}")
            self.dies("because it runs hot")
            raise asyncio.CancelledError
        if story.dice.random() < 0.03:
            await asyncio.sleep(story.dice.uniform(0, 0.02))
        kind = "commit" if statement == "COMMIT" else "statement"
        if self.dead:
            raise asyncio.CancelledError
        if story.weather.dies(kind):
            self.dies(f"before {statement[:70]!r}")
            raise asyncio.CancelledError
        if statement in POINTS and self.nods(POINTS[statement]):
            await asyncio.sleep(0)
        if statement == "BEGIN IMMEDIATE" and story.weather.on("busy", story.loop.time()):
            await asyncio.sleep(5)
            if story.weather.on("busy", story.loop.time()):
                story.log("DISK   the database is locked")
                raise sqlite3.OperationalError("database is locked")
        writes = statement.startswith(("INSERT", "UPDATE", "DELETE"))
        self._wrote = writes or (self._wrote and not statement.startswith("BEGIN"))
        if (writes or (statement == "COMMIT" and self._wrote)) and story.weather.on(
            "full", story.loop.time()
        ):
            story.log("DISK   the disk is full")
            raise sqlite3.OperationalError("database or disk is full")

    def after(self, statement: str) -> None:
        """Pass the point after a statement."""
        kind = "commit" if statement == "COMMIT" else "statement"
        if self.story.weather.dies(kind):
            self.dies(f"after {statement[:70]!r}")
            raise asyncio.CancelledError
        if kind == "commit":
            self.nods("commit")
