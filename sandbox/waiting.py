"""Waiting for something to happen, instead of sleeping until it may have."""

import asyncio
from collections.abc import Callable

from sandbox.world import World


class Bell:
    """Rings when something has happened; whoever waits looks again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody who waits."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait for the next ring, but not longer than *seconds*; return whether it rang."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True


class Watch:
    """What goes on in a world, for those who wait at the edge of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.updates = Bell()  #: there is something for getUpdates
        self.anything = Bell()
        world.queue.listeners.append(self.updates.ring)
        world.queue.listeners.append(self.anything.ring)
        world.journal.listeners.append(self.anything.ring)

    async def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until *done* says so; False if it did not within *seconds*."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not done():
            left = deadline - loop.time()
            if left <= 0 or not await self.anything.wait(left):
                return done()
        return True

    async def quiet(self, pause: float, seconds: float) -> bool:
        """Wait until the bot has confirmed all updates and has called nothing for *pause*."""
        loop, journal = asyncio.get_running_loop(), self.world.journal
        since = loop.time()
        deadline, stir = since + seconds, journal.stir
        while True:
            now, busy = loop.time(), journal.under_way or len(self.world.queue)
            if busy or journal.stir != stir:
                since, stir = now, journal.stir
            if now >= since + pause and not busy:
                return True
            if now >= deadline:
                return False
            until = deadline if busy else min(since + pause, deadline)
            await self.anything.wait(until - now)
