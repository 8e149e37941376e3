"""The bots of one process: it runs those whose lease it has, and takes over what others leave."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from contextlib import suppress
from typing import Any, Final

from bot.clock import Clock
from bot.dashboard.doors import Doors
from bot.disk import Disk
from bot.engine import PARTS, Engine, Unreachable
from bot.metrics import Metrics
from bot.settings import Settings
from bot.webhook import Webhooks
from relay import chain
from relay.channel import Reason
from relay.lease import Lease, Lost, Stopped
from relay.room import Room
from relay.store import Clash, Database, Trouble

log = logging.getLogger(__name__)

LOOKS: Final = 2.0  #: seconds between tries to take a bot that another process runs
STOPPED: Final = 300.0  #: seconds until a token that was not accepted is tried again
UNREACHABLE: Final = 5.0  #: seconds until the messenger is asked again

REVOKED: Final = (
    "The token of bot %d is not accepted any more. BotFather shows the valid one; set it in "
    "BOT_TOKEN and start again. What is to be sent is kept."
)


class Fleet:
    """All bots of the settings, as far as they are ours."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        webhooks: Webhooks | None,
        metrics: Metrics,
        disk: Disk,
        clock: Clock,
        *,
        alone: bool,
        doors: Doors | None = None,
    ) -> None:
        self._clock = clock
        self._database, self._settings, self._webhooks = database, settings, webhooks
        self._metrics, self._disk = metrics, disk
        self._alone, self._doors = alone, doors
        self._owner = f"{socket.gethostname()[:40]}-{secrets.token_hex(8)}"
        self._engines: dict[int, Engine] = {}
        self.stopped: set[int] = set()  #: bots whose token is not accepted
        self._ending = asyncio.Event()
        self._turn, self._next = asyncio.Lock(), 0.0

    async def run(self) -> None:
        """Run bots until told to finish."""
        async with asyncio.TaskGroup() as group:
            for bot, token in self._settings.tokens.items():
                group.create_task(self._keep(bot, token), name=f"bot {bot}")

    async def finish(self) -> None:
        """Let every bot finish what it is doing, and give it back."""
        self._ending.set()
        await asyncio.gather(*(engine.finish() for engine in list(self._engines.values())))

    def health(self) -> dict[str, Any]:
        """Say what of all bots that are ours works, and how many run here, or are stopped."""
        alive = [engine.alive for engine in self._engines.values()]
        works = {part: all(each[part] for each in alive) for part in (*PARTS, "lease")}
        room = self._disk.room() is not Room.NONE
        return {**works, "disk": room, "bots": self._count()}

    async def measure(self) -> bytes:
        """Return how the bots that are ours stand, as monitoring reads it."""
        engines = list(self._engines.values())
        seen = [await engine.numbers() for engine in engines]
        pending = sum(engine.pending for engine in engines)
        self._metrics.saw(seen, pending, self._count(), self._disk.used())
        return self._metrics.text()

    def _count(self) -> dict[str, int]:
        return {"running": len(self._engines), "stopped": len(self.stopped)}

    async def reread(self) -> None:
        """Apply the chain files again; one that cannot be applied changes nothing."""
        for engine in list(self._engines.values()):
            try:
                await engine.apply_chain()
            except chain.BadChain as error:
                log.error("%s Nothing was changed.", error)
            except (*Trouble, Lost) as trouble:
                log.error("The chain file was not applied: %s", type(trouble).__name__)

    async def _keep(self, bot: int, token: str) -> None:
        """Run a bot whenever it is to be had."""
        while not self._ending.is_set():
            lease = await self._take(bot)
            wait = await self._work(lease, token) if lease else LOOKS
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._ending.wait()

    async def _take(self, bot: int) -> Lease | None:
        """Take a bot that nobody runs: not all at once, so that processes share them."""
        async with self._turn:
            await asyncio.sleep(self._next - asyncio.get_running_loop().time())
            try:
                # Whoever ran it last may have had another clock: time never goes back.
                self._clock.go_on_from(await self._database.last_moment())
                lease = await Lease.take(self._database, bot, self._owner, alone=self._alone)
            except Trouble as trouble:
                log.warning("bot %d cannot be taken: %s", bot, type(trouble).__name__)
                return None
            if lease and not self._alone:
                self._next = asyncio.get_running_loop().time() + LOOKS
            return lease

    async def _work(self, lease: Lease, token: str) -> float:
        """Run a bot as long as it is ours; return how many seconds to wait then."""
        parts = self._settings, self._webhooks, self._metrics, self._disk, self._doors
        engine = Engine(lease, token, *parts)
        self.stopped.discard(lease.bot)
        self._engines[lease.bot] = engine
        wait = 0.0
        try:
            await engine.run()
        except* Lost:
            log.warning("another process runs bot %d now", lease.bot)
            wait = LOOKS
        except* Stopped:
            log.error(REVOKED, lease.bot)
            self.stopped.add(lease.bot)
            await lease.stop(Reason.STOPPED)
            wait = STOPPED
        except* Unreachable:
            wait = UNREACHABLE
        except* Clash:
            raise
        except* Trouble as trouble:  # it goes on by itself when there is a database again
            kind = type(trouble.exceptions[0]).__name__
            log.warning("bot %d waits for the database: %s", lease.bot, kind)
            wait = LOOKS
        finally:
            del self._engines[lease.bot]
            await self._give_back(lease)
        return wait

    async def _give_back(self, lease: Lease) -> None:
        try:
            await lease.give_back()
        except Trouble as trouble:
            log.warning("a lease is not given back: %s", type(trouble).__name__)
