"""HTTP of our own: whether the process is well. It tells no names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from bot.settings import CannotStart
from relay.store import Database


class Health:
    """What a health check wants to know."""

    def __init__(self, database: Database, bot: int) -> None:
        self._database, self._bot = database, bot
        self.tasks: Sequence[asyncio.Task[None]] = ()

    async def answer(self, request: web.Request) -> web.Response:
        """Say ``ok`` if everything runs and the database answers."""
        async with self._database.transaction(self._bot) as store:
            cursor = await store.cursor()
        running = bool(self.tasks) and not any(task.done() for task in self.tasks)
        body = {
            "ok": running,
            "polled_at": cursor.polled_at.isoformat() if cursor else None,
        }
        return web.json_response(body, status=200 if running else 503)


async def serve(health: Health, host: str, port: int) -> None:
    """Serve until cancelled."""
    application = web.Application()
    application.router.add_get("/health", health.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotStart(
                f"HTTP_PORT {port} of {host} cannot be had ({error.strerror}). Choose another one."
            ) from None
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
