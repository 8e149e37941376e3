"""HTTP of our own: whether the process is well, and the way in by webhook. It tells no names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.settings import CannotStart
from bot.webhook import LARGEST, Webhooks
from relay.store import Database, Trouble


def application(
    health: Callable[[], tuple[bool, dict[str, int]]],
    database: Database,
    webhooks: Webhooks | None,
) -> web.Application:
    """Return what is served: without *webhooks* there is no address to push to."""

    async def answer(request: web.Request) -> web.Response:
        """Say ``ok`` if everything runs and the database answers; how many bots, but not which."""
        try:
            await database.ping()
            answers = True
        except Trouble:
            answers = False
        well, bots = health()
        ok = answers and well
        body = {"ok": ok, "database": answers, "bots": bots}
        return web.json_response(body, status=200 if ok else 503)

    made = web.Application(client_max_size=LARGEST)
    made.router.add_get("/health", answer)
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
