"""The sandbox over HTTP: the Bot API, the control API and the page, on this machine alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from sandbox import control
from sandbox.botapi import TASKS, BotApis
from sandbox.postman import Postman
from sandbox.waiting import Watch
from sandbox.world import World

PAGE: Final = Path(__file__).parent / "page"
UPLOAD: Final = 50 * 1024 * 1024  #: bytes of a request; Bot API, sending files
HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(world: World, *others: World) -> web.Application:
    """Return the whole sandbox as an aiohttp application around one world, or one a bot.

    The bots have different tokens and ids. What the address of the control API does not say
    is about the first world.
    """
    app = web.Application(client_max_size=UPLOAD, middlewares=[_at_home, _tracked])
    watches = [Watch(each) for each in (world, *others)]
    api = BotApis(watches)
    app[TASKS] = set()
    app.on_shutdown.append(_cancel)
    app.cleanup_ctx.extend(_posting(watch.world) for watch in watches)
    app.router.add_route("*", "/bot{token}/{method}", api.call)
    app.router.add_get("/file/bot{token}/{path:.+}", api.download)
    app.router.add_routes(control.routes(watches[0], "/control"))
    for watch in watches:
        app.router.add_routes(control.routes(watch, f"/control/bot{watch.world.bot.id}"))
    app.router.add_get("/", _page)
    app.router.add_get("/{name:[a-z0-9_-]+[.][a-z0-9]+}", _page)
    return app


def _posting(world: World) -> Callable[[web.Application], AsyncIterator[None]]:
    """Post the updates of a world to its webhook as long as the server is there."""

    async def posting(app: web.Application) -> AsyncIterator[None]:
        async with Postman(world):
            yield

    return posting


async def _page(request: web.Request) -> web.StreamResponse:
    """Hand out a file of the page."""
    path = PAGE / request.match_info.get("name", "index.html")
    if not path.is_file():
        raise web.HTTPNotFound(text="sandbox: there is no such page\n")
    return web.FileResponse(path)


@web.middleware
async def _at_home(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve this machine alone: no foreign name, no foreign page."""
    origin = request.headers.get("Origin")
    if request.host.rpartition(":")[0] not in HOSTS and request.host not in HOSTS:
        return web.json_response({"error": "The sandbox serves 127.0.0.1 only."}, status=403)
    if origin is not None and origin != f"http://{request.host}":
        return web.json_response({"error": "The sandbox serves its own page only."}, status=403)
    try:
        answer = await handler(request)
    except web.HTTPException as refusal:
        refusal.headers.update(HEADERS)
        raise
    if not answer.prepared:
        answer.headers.update(HEADERS)
    return answer


@web.middleware
async def _tracked(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Remember who is being served, so that nobody who waits delays the end."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a handler is always part of a task
    request.app[TASKS].add(task)
    try:
        return await handler(request)
    finally:
        request.app[TASKS].discard(task)


async def _cancel(app: web.Application) -> None:
    tasks = app[TASKS]
    for task in tuple(tasks):
        task.cancel()
