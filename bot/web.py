"""HTTP of our own: whether the process is well, and the way in by webhook. It tells no names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.settings import CannotStart
from bot.webhook import LARGEST, Webhooks
from relay.store import Database, Trouble


def application(
    well: Callable[[], bool], database: Database, webhooks: Webhooks | None
) -> web.Application:
    """Return what is served: without *webhooks* there is no address to push to."""

    async def health(request: web.Request) -> web.Response:
        """Say ``ok`` if everything runs and the database answers."""
        try:
            await database.ping()
            answers = True
        except Trouble:
            answers = False
        ok = answers and well()
        return web.json_response({"ok": ok, "database": answers}, status=200 if ok else 503)

    made = web.Application(client_max_size=LARGEST)
    made.router.add_get("/health", health)
    if webhooks:
        made.router.add_post("/webhook/{bot}", webhooks.answer)
    return made


async def serve(served: web.Application, host: str, port: int) -> None:
    """Serve until cancelled.

    Raises:
        CannotStart: the port cannot be had.
    """
    runner = web.AppRunner(served, access_log=None)
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
