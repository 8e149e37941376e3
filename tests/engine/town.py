"""Many groups, a client for each, one bot, and a clock that jumps: all in one process."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any, Final

from relay import chain, outbox, people, requests, setup, writing
from relay.channel import Ref
from relay.content import Content, Media, Medium
from relay.courier import Courier
from relay.lease import Lease
from relay.outbox import Notice
from relay.reading import Towards
from relay.speaker import Speaker
from relay.store import Database, Store
from relay.tables import Purpose, Ticket
from relay.text import Text
from relay.writing import Said
from tests.engine.judge import Heard, Judge
from tests.simulation.clockwork import OWNER, Loop
from tests.simulation.disk import without_threads

BOT: Final = 42
START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WRITES: Final = 0.04  #: seconds that every transaction takes
QUIET: Final = 120  #: seconds after which no limit knows any more what was before

PARTY = """
[parties.p{number}]
name = "Party {number}"
code = "{code}"
chat = -{number}
digest = "off"
clients = true
"""


class Disk:
    """Whose file the database is: nothing ever goes wrong with it, but it takes its time."""

    dead = False
    put_off: list[asyncio.Handle] | None = None

    def __init__(self) -> None:
        self.connections: list[Any] = []

    def adopts(self, task: asyncio.Task[Any]) -> None:
        pass

    async def before(self, statement: str) -> None:
        if statement.startswith("BEGIN"):
            await asyncio.sleep(WRITES)

    def after(self, statement: str) -> None:
        pass


def virtual(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Let a test happen in a time of its own."""

    @wraps(story)
    def told(*args: Any, **kwargs: Any) -> None:
        context = contextvars.copy_context()
        context.run(OWNER.set, Disk())
        with without_threads(), asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(story(*args, **kwargs), context=context)

    return told


class Town:
    """Groups -1, -2 and so on; client 1 is the first one's, client 2 the second one's."""

    def __init__(self, path: Path, groups: int, seed: int = 1) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Loop)
        self._loop = loop
        self._numbers = count(1)
        self.groups = range(1, groups + 1)
        self.judge = Judge(loop, seed)
        self.database = Database(f"sqlite+aiosqlite:///{path}", clock=self.clock)

    def clock(self) -> datetime:
        return START + timedelta(seconds=self._loop.time())

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self._loop.time()

    async def until(self, moment: float) -> None:
        """Let time pass."""
        await asyncio.sleep(max(moment - self.now, 0))

    # Processes

    async def starts(self) -> None:
        """Begin as a fresh process would: with what is in the database, and nothing else."""
        lease = await Lease.take(self.database, BOT, "test", alone=True)
        assert lease is not None
        self.lease = lease
        self.courier = Courier(lease, self.judge)
        self._running = asyncio.create_task(self.courier.run())

    async def dies(self) -> None:
        """End at once: what is on its way arrives, but nobody writes down what came of it."""
        self._running.cancel()
        await asyncio.wait([self._running])

    async def finishes(self) -> None:
        """End as one is asked to."""
        self.courier.finish()
        await self._running

    # What people do

    async def opens(self) -> None:
        """Let a process run, and a client of every group open a case; wait till that is over."""
        file = "".join(PARTY.format(number=each, code=code(each)) for each in self.groups)
        async with self.database.transaction(BOT) as store:
            await setup.apply(store, chain.parse(file))
        await self.starts()
        async with self.lease.transaction() as store:
            for client in self.groups:
                speaker = await self._meet(store, client)
                await requests.meet(store, speaker, f"p{client}")
                await requests.ask(store, speaker, Said(Content(Text("It leaks")), self._ref()))
        self.courier.nudge()
        await asyncio.sleep(QUIET)

    async def say(self, *words: str, to: Iterable[int], photo: str | None = None) -> None:
        """Let clients say something to each of these groups, all in one moment."""
        async with self.lease.transaction() as store:
            for client in to:
                speaker, ticket = await self._ticket(store, client)
                for each in words:
                    message = writing.write(
                        store,
                        speaker,
                        Content(Text(each), Media(Medium.PHOTO, photo) if photo else None),
                        purpose=Purpose.TALK,
                        case=ticket.case,
                        refs=[self._ref()],
                    )
                    await writing.spread(store, message, ticket.case, Towards.DOWN)
        self.courier.nudge()

    async def ask(self, times: int, *, of: Iterable[int], clients: bool = False) -> None:
        """Let the bot ask these groups something, or their clients: as urgent as a message.

        Questions are told one by one, and nobody is shown a receipt for them.
        """
        async with self.lease.transaction() as store:
            for client in of:
                _, ticket = await self._ticket(store, client)
                place = str(client if clients else -client)
                for _ in range(times):
                    why = str(next(self._numbers))
                    outbox.notice(store, Notice.RATE, why, place, ticket, urgent=True)
        self.courier.nudge()

    async def _ticket(self, store: Store, client: int) -> tuple[Speaker, Ticket]:
        speaker = await self._meet(store, client)
        assert speaker.client is not None
        [ticket] = await store.client_tickets(speaker.client, still_open=True)
        return speaker, ticket

    async def _meet(self, store: Store, client: int) -> Speaker:
        return await people.meet(
            store,
            str(client),
            address=str(client),
            name=f"Client {client}",
            username=None,
            language="en",
            title=None,
            lead=False,
        )

    def _ref(self) -> Ref:
        return Ref(f"said {next(self._numbers)}")

    # What they see

    async def heard(self, number: int, *, since: float, within: float) -> list[Heard]:
        """Wait until groups were told so many things, for so many seconds at most."""
        while True:
            told = [each for each in self.judge.heard if each.said and each.at > since]
            if len(told) >= number:
                return told
            assert self.now < since + within, f"{len(told)} of {number} were heard"
            await asyncio.sleep(0.5)


def code(number: int) -> str:
    """Return the code of a party: letters alone."""
    return "P" + chr(ord("A") + number // 26) + chr(ord("A") + number % 26)
