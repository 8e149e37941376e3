"""The way in by webhook: an update is written down before it is confirmed with 200.

What the messenger is answered (Bot API, setWebhook): 401 without the bot's secret, 400 for what is
no update, 503 if it cannot be written down now, and it comes again.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from aiohttp import web

from bot.polling import line
from relay.inbox import take_in
from relay.room import Room
from relay.store import Database, Trouble

log = logging.getLogger(__name__)

SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST: Final = 1 << 20  #: bytes of an update
FULL: Final = 60  #: seconds until it may try again when the disk is full
LATER: Final = 2  #: seconds until the messenger may try again


class Webhooks:
    """The addresses at which the messenger pushes updates, one for each of *bots*."""

    def __init__(
        self,
        database: Database,
        bots: Iterable[int],
        url: str,
        secret: str,
        room: Callable[[], Room] = lambda: Room.ENOUGH,
    ) -> None:
        self._database, self._url, self._key = database, url.rstrip("/"), secret.encode()
        self._room = room
        self._bots = {str(bot): bot for bot in bots}
        self._wake: dict[int, Callable[[], None]] = {}

    def address(self, bot: int) -> str:
        """Return where the updates of a bot are to be pushed."""
        return f"{self._url}/webhook/{bot}"

    def secret(self, bot: int) -> str:
        """Return what proves that an update of a bot comes from the messenger."""
        return hmac.new(self._key, str(bot).encode(), "sha256").hexdigest()

    @contextmanager
    def open(self, bot: int, wake: Callable[[], None]) -> Iterator[None]:
        """Call *wake* for each update of a bot, as long as the block lasts."""
        self._wake[bot] = wake
        try:
            yield
        finally:
            del self._wake[bot]

    async def answer(self, request: web.Request) -> web.Response:
        """Take one update in."""
        bot = self._bots.get(request.match_info["bot"])
        given = request.headers.get(SECRET, "").encode("utf-8", "surrogateescape")
        wanted = self.secret(bot or 0).encode()
        if not hmac.compare_digest(given, wanted) or bot is None:
            return web.Response(status=401)
        update = await self._read(request)
        if update is None:
            return web.Response(status=400)
        if self._room() is Room.NONE:
            log.error("nothing is taken in: the disk is full")
            return web.Response(status=503, headers={"Retry-After": str(FULL)})
        try:
            await take_in(self._database, bot, line(update))
        except Trouble as trouble:
            log.warning("an update cannot be written down: %s", type(trouble).__name__)
            return web.Response(status=503, headers={"Retry-After": str(LATER)})
        if bot in self._wake:
            self._wake[bot]()
        return web.Response()

    async def _read(self, request: web.Request) -> dict[str, Any] | None:
        if (request.content_length or 0) > LARGEST:
            return None
        try:
            update = json.loads(await request.read())
        except (ValueError, web.HTTPRequestEntityTooLarge):
            return None
        known = isinstance(update, dict) and type(update.get("update_id")) is int
        return update if known else None
