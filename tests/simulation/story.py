"""One seed: ten virtual minutes of people and mishaps, and then calm until nothing moves."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from bot import schema
from relay import card, wording
from relay.offers import candidates
from relay.store import Database
from sandbox.world import World
from tests import compiled
from tests.simulation import disk, house, wire
from tests.simulation.clockwork import OWNER, Loop
from tests.simulation.people import People
from tests.simulation.town import BOT, Town
from tests.simulation.weather import MINUTES, Weather

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACTS: Final = 16
BUSY: Final = 50  #: where work can go to several, and come back from them
#: What happens at moments; what often finds nothing to do is tried more often.
MOMENTS: Final = (
    *("deploys", "deaths", "steps", "poison", "stale", "stale"),
    *("leases", "next", "upgrades", "upgrades"),
)
#: Tables that the next version expands.
GROWING: Final = ("deliveries", "inbox", "leases", "messages", "parts", "tickets", "lanes")
SHARED: Final = {"leases", "next"}  #: faults that take several processes on one database
LONGEST: Final = 60 * 60.0  #: virtual seconds until a story that does not come to rest is ended


@dataclass
class Wanted:
    """How a card has to read."""

    ticket: int
    lane: str
    ref: str
    text: str
    buttons: list[list[str]]


class Ear(logging.Handler):
    """Hears what living processes write into their logs."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self.story = story

    def emit(self, record: logging.LogRecord) -> None:
        owner: Any = OWNER.get()
        if owner is not None and owner.dead:
            return
        line = self.format(record)
        self.story.logged.append(line)
        self.story.log(f"LOG    {line.splitlines()[0]}")
        if record.exc_info:
            why = flat(record.exc_info[1]) if record.exc_info[1] else ""
            self.story.log(f"       {type(why).__name__}: {str(why)[:300]!r}")


@contextmanager
def heard(story: Story) -> Iterator[None]:
    """Let a story's log be its own."""
    root = logging.getLogger()
    before, level, ear = list(root.handlers), root.level, Ear(story)
    root.handlers = [ear]
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.handlers = before
        root.setLevel(level)


class Story:
    """Everything that happens in one seed, and what the judge needs to know of it."""

    def __init__(self, seed: int, folder: Path, *, without: frozenset[str] = frozenset()) -> None:
        self.seed = seed
        self.dice = Random(f"{seed}:story")
        self.loop = Loop()
        self.town = Town.of(seed)
        self.path = folder / "story.db"
        self.chain_file = folder / "chain.toml"
        self.chain_file.write_text(self.town.chain())
        self.world = World(
            self.town.cast(),
            clock=lambda: START.timestamp() + self.loop.time(),
            limited=True,
            seed=seed,
        )
        self.until = MINUTES * 60.0
        self.weather = Weather.forecast(seed, self.town.chats, without, self.until)
        self.lines: list[tuple[float, str]] = []
        self.wire = wire.Wire(self.loop, self.world, self.weather, self.log)
        self.people = People(self, seed)
        self.refused: dict[str, str] = {}  #: updates that were declined, and why
        self.findings: list[str] = []  #: what was seen to be wrong while it went on
        self.shared = bool(self.weather.all & SHARED)  #: several processes may have the database
        self.start = START
        self.running: list[house.Process] = []
        self.changed = asyncio.Event()  #: one began to stand still, or ended
        self.processes: list[house.Process] = []
        self.ended: list[str] = []  #: how processes ended by themselves
        self.gaps: list[tuple[int, float, float]] = []  #: which process forgot what it did, when
        self._tasks: dict[asyncio.Task[None], None] = {}
        self.crew = Random(f"{seed}:crew")
        self.cards: list[Wanted] = []  #: how cards have to read at the end
        self.logged: list[str] = []
        self.asked = 0  #: a number that is another one if any statement was
        self.skew = timedelta()
        self.calm_since = 0.0
        self.rest_at = 0.0
        self.alerts_done = 0  #: up to this moment what has come due has to be done

    def clock(self) -> datetime:
        """Return the time as the processes see it."""
        return START + timedelta(seconds=self.loop.time()) + self.skew

    def at(self, chat: int) -> int:
        """Return where a chat lives now: a group may have become a supergroup."""
        place = self.world.chats.get(chat)
        while place is not None and place.moved_to is not None:
            place = self.world.chats[place.moved_to]
        return chat if place is None else place.id

    def log(self, line: str) -> None:
        self.lines.append((self.loop.time(), line))

    def finds(self, what: str) -> None:
        """Note something that must not be, while it goes on."""
        self.log(f"WRONG  {what}")
        self.findings.append(what)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Ask the database, as it is committed now."""
        with sqlite3.connect(self.path) as connection:
            connection.row_factory = sqlite3.Row
            found = [dict(row) for row in connection.execute(query, values)]
        connection.close()
        return found

    # How it goes

    async def tell(self) -> None:
        """Let it all happen."""
        self.wire.on_confirm = self._sees_confirmed
        keeper = asyncio.create_task(self._keep_running())
        steps = asyncio.create_task(self._mishaps())
        await self.people.live(self.until, BUSY if self.town.rival else ACTS)
        await asyncio.sleep(max(0.0, self.until - self.loop.time()))
        steps.cancel()
        self.weather.calms_down()
        self.people.open_up()
        for process in self.running:
            process.wakes()
        self.calm_since = self.loop.time()
        self.log("------ calm")
        await self._rest()
        self.rest_at = self.loop.time()
        await self._look_at_cards()
        self.log(f"------ rest, after statements {self.asked:08x}")
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper

    async def _look_at_cards(self) -> None:
        """Note how every card has to read now."""
        database = Database(f"sqlite+aiosqlite:///{self.path}", clock=self.clock)
        async with database.transaction(BOT) as store:
            for ticket_id in [each["id"] for each in self.rows("SELECT id FROM tickets")]:
                ticket = await store.ticket(ticket_id)
                assert ticket is not None
                spoke = await store.spoke_for_client(ticket.case)
                places = [ticket.party.place]
                places += [] if ticket.upper_id else [ticket.case.client.place]
                for place in places:
                    part = await store.card(ticket_id, place)
                    if part is None:
                        continue
                    client = card.to_client(ticket, place)
                    below = not client and bool(await candidates(store, ticket))
                    reader = card.Reader(ticket, client, store.now, spoke, below)
                    post = card.card(reader, await wording.voice(store, place))
                    labels = [[each.label for each in row] for row in post.buttons]
                    wanted = Wanted(ticket_id, part.lane, part.ref, post.text.plain, labels)
                    self.cards.append(wanted)
        await database.close()

    async def _keep_running(self) -> None:
        """Start a process, and another one whenever none is left that is awake."""
        try:
            while True:
                self._starts()
                while self.awake:
                    self.changed.clear()
                    await self.changed.wait()
                await asyncio.sleep(self.dice.uniform(0.1, 4))
        finally:
            for task in self._tasks:
                task.cancel()
            for process in list(self.running):
                process.dies("because the story is over")
                await process.buried()

    def _starts(self) -> None:
        process = house.Process(self, len(self.processes))
        self.processes.append(process)
        self.running.append(process)
        self.log(f"START  of process {process.number}")
        self._beside(self._sees_off(process))

    @property
    def awake(self) -> list[house.Process]:
        """The processes that run and do not stand still."""
        return [each for each in self.running if not each.asleep]

    def woke(self) -> None:
        """Hear that a process goes on: if there are two now, one of them is told to stop later."""
        self._beside(self._is_one_too_many())

    async def _is_one_too_many(self) -> None:
        await asyncio.sleep(self.crew.uniform(2, 40))
        if len(self.awake) > 1:
            process = self.crew.choice(self.awake)
            self.log(f"STOP   of process {process.number}: it is one too many")
            process.told_to_stop.set()

    def _beside(self, happens: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(happens, context=self.loop.outside)
        self._tasks[task] = None
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()):
            self.wire.broken.append(error)

    async def _sees_off(self, process: house.Process) -> None:
        await asyncio.wait([process.main])
        await self._says_how_it_ended(process)
        self.running.remove(process)
        self.changed.set()

    async def _says_how_it_ended(self, process: house.Process) -> None:
        self.gaps.append((process.number, self.loop.time(), self.loop.time()))
        if not process.dead:
            error = None if process.main.cancelled() else process.main.exception()
            self.log(f"END    of process {process.number}: {error!r}")
            slip = flat(error)
            if isinstance(slip, TypeError | AttributeError | ImportError):
                self.wire.broken.append(slip)  # a slip of ours, more likely than theirs
            if error is not None:
                self.ended.append(repr(flat(error)))
        await process.buried()

    async def _mishaps(self) -> None:
        """Let happen what happens at a moment, rather than at a call or a statement."""
        dice = Random(f"{self.seed}:moments")
        moments = [
            (dice.uniform(5, self.until), kind)
            for kind in MOMENTS
            for _ in range(dice.randint(1, 2))
        ]
        for at, kind in sorted(moments):
            await asyncio.sleep(max(0.0, at - self.loop.time()))
            luck = dice.random()
            if kind not in self.weather.kinds or not self.running:
                continue
            process = self.running[-1]
            match kind:
                case "deploys":
                    self.log("DEPLOY")
                    process.told_to_stop.set()
                case "deaths":
                    process.dies("out of the blue")
                case "leases":
                    process.sleeps(self.weather.nap(), "out of the blue")
                case "upgrades":
                    self.people.upgrade(luck)
                case "next":
                    self._beside(self._deploys_the_next(luck < 0.7))
                case "steps":
                    self.skew += timedelta(seconds=(luck - 0.5) * 7200)
                    self.log(f"CLOCK  is off by {self.skew}")
                case "poison":
                    self.log("POISON")
                    self.world.queue.add("message", {"message_id": "many", "chat": {"id": "?"}})
                case "stale" if not len(self.world.queue):
                    self.log(f"ANEW   updates are counted from {self.world.queue.renumber()}")

    async def _deploys_the_next(self, beside: bool) -> None:
        """Change the tables as the next version does first; it comes *beside* the old one."""
        self.log("NEXT   version comes")
        old, dice = list(self.running), self.crew
        if not beside:
            for process in old:
                process.told_to_stop.set()
        await self._expands()
        await asyncio.sleep(dice.uniform(0, 30))
        if beside:
            self._starts()
            await asyncio.sleep(dice.uniform(0, 30))
            for process in old:
                process.told_to_stop.set()

    async def _expands(self) -> None:
        """Add to the tables: what the version that runs asks for stays as it is."""
        number, statements = len(self.lines), ["BEGIN IMMEDIATE"]
        for table in self.crew.sample(GROWING, 3):
            statements += [
                f"ALTER TABLE {table} ADD COLUMN maybe_{number} VARCHAR(32)",
                f"ALTER TABLE {table} ADD COLUMN surely_{number} INTEGER DEFAULT 7 NOT NULL",
                f"CREATE INDEX {table}_{number} ON {table} (surely_{number})",
            ]
        statements += [f"CREATE TABLE newer_{number} (id INTEGER PRIMARY KEY)", "COMMIT"]
        while True:
            with closing(sqlite3.connect(self.path, timeout=0, isolation_level=None)) as connection:
                try:
                    for statement in statements:
                        connection.execute(statement)
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error):
                        raise
                else:
                    self.log("NEXT   version has changed the tables")
                    return
            await asyncio.sleep(0.1)

    async def _rest(self) -> None:
        """Wait until nothing is open any more; longer than it may take is wrong."""
        since: dict[int, float] = {}
        while self.loop.time() < self.calm_since + LONGEST:
            await asyncio.sleep(5)
            busy = self._open(since)
            if not busy and not len(self.world.queue) and not self.wire.busy:
                return
        self.finds(f"D6 it does not come to rest: {self._open(since)[:5]}")

    def _open(self, since: dict[int, float]) -> list[str]:
        """Return what is still to be done."""
        found = self.rows(
            "SELECT id, cause, state, lane, reason FROM deliveries "
            "WHERE state IN ('queued', 'sending', 'held')"
        )
        lines = self.rows("SELECT id, update_id, state FROM inbox WHERE state = 'new'")
        self.alerts_done = int((self.clock() - timedelta(seconds=30)).timestamp() * 1_000_000)
        late = self.rows("SELECT id, alert_at FROM tickets WHERE alert_at < ?", self.alerts_done)
        return [str(each) for each in found + lines + late]

    def _sees_confirmed(self, updates: set[int]) -> None:
        """C1: what is confirmed is stored."""
        stored = {each["update_id"] for each in self.rows("SELECT update_id FROM inbox")}
        if missing := updates - stored:
            self.finds(f"C1 {sorted(missing)[:5]} are confirmed, but not stored")


def flat(error: BaseException | None) -> BaseException | None:
    """Return the first error of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def template(folder: Path) -> Path:
    """Make a database with all tables that writes down how states change."""
    path = folder / "template.db"
    if not path.exists():
        draft = folder / "draft.db"
        schema.migrate(f"sqlite+aiosqlite:///{draft}")
        disk.watched(str(draft))
        draft.rename(path)
    return path


@contextmanager
def stage() -> Iterator[Path]:
    """Make a folder for databases, and let everything be virtual as long as it is there."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        template(Path(folder))
        compiled.share()
        gc.collect()
        gc.freeze()  # what is there already is not looked at again and again
        gc.disable()  # what is collected when would depend on the seeds before
        try:
            with disk.without_threads(), disk.in_one_order(), wire.without_network():
                yield Path(folder)
        finally:
            gc.enable()
            gc.unfreeze()


def told(seed: int, folder: Path, *, without: frozenset[str] = frozenset()) -> Story:
    """Tell the story of a seed, and return it."""
    for file in folder.glob("story.db*"):
        file.unlink()
    shutil.copy(template(folder), folder / "story.db")
    story = Story(seed, folder, without=without)
    asyncio.set_event_loop(story.loop)
    random.seed(f"{seed}:luck")  # of whoever has no dice of its own
    try:
        with heard(story), house.overheard(story.refused), house.one_clock(story):
            story.loop.run_until_complete(story.tell())
    finally:
        for process in story.processes:
            process.dies("because the story is over")
        while left := asyncio.all_tasks(story.loop):
            for task in left:
                task.cancel()
            story.loop.run_until_complete(asyncio.wait(left, timeout=0.001))
        asyncio.set_event_loop(None)
        story.loop.close()
    if story.wire.broken:
        raise story.wire.broken[0]
    return story
