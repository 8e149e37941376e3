"""HTTP of our own: whether the process is well, the way in by webhook, and the dashboard.

``/health`` is for whoever restarts what is ill, ``/metrics`` for whoever draws curves: these two
tell no names.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from aiohttp import web

from bot.metrics import TYPE
from bot.settings import CannotStart
from bot.webhook import LARGEST, Webhooks
from relay.store import Database, Trouble


class House(Protocol):
    """Whoever runs the bots of this process."""

    def health(self) -> dict[str, Any]:
        """Say what works: each part is true or false; and how many bots there are."""

    async def measure(self) -> bytes:
        """Return the metrics."""


def application(
    house: House,
    database: Database,
    webhooks: Webhooks | None,
    dashboard: web.Application | None = None,
) -> web.Application:
    """Return what is served: without *webhooks* there is no address to push to."""

    async def health(request: web.Request) -> web.Response:
        """Say ``ok`` if everything runs and the database answers; how many bots, but not which."""
        try:
            await database.ping()
            answers = True
        except Trouble:
            answers = False
        found = {"database": answers, **house.health()}
        ok = not any(part is False for part in found.values())
        return web.json_response({"ok": ok, **found}, status=200 if ok else 503)

    async def metrics(request: web.Request) -> web.Response:
        """Tell the numbers; none, rather than old ones, while the database cannot be asked."""
        try:
            text = await house.measure()
        except Trouble:
            return web.Response(status=503)
        return web.Response(body=text, headers={"Content-Type": TYPE})

    made = web.Application(client_max_size=LARGEST)
    made.router.add_get("/health", health)
    made.router.add_get("/metrics", metrics)
    if webhooks:
        made.router.add_post("/webhook/{bot}", webhooks.answer)
    if dashboard:
        made.add_subapp("/dashboard", dashboard)
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
