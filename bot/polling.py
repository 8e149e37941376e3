"""The way in by polling: raw updates are written down before the next ones are asked for."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any, Final

import aiohttp

from relay.inbox import Inbox
from relay.lease import Stopped
from relay.store import Trouble

log = logging.getLogger(__name__)

ALLOWED: Final = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
WAIT: Final = 25  #: seconds that the server may keep us waiting for updates
PATIENCE: Final = aiohttp.ClientTimeout(total=35, sock_connect=5)
FIRST_PAUSE: Final = 1.0  #: seconds after a call that failed; doubles
LONGEST_PAUSE: Final = 60.0
CONFLICT_PAUSE: Final = 5.0  #: after another process has polled the same bot


async def poll(url: str, inbox: Inbox) -> None:
    """Fetch updates until cancelled.

    Telegram forgets an update when it is asked for one after it (Bot API, getUpdates), and
    so we ask only once the update is written down.

    Raises:
        Stopped: the token is wrong, or was revoked.
    """
    numbering, offset, _polled = await inbox.cursor()
    pause = FIRST_PAUSE
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        while True:
            try:
                updates = await fetch(session, url, offset)
            except (aiohttp.ClientError, TimeoutError, ValueError, Busy) as error:
                pause = max(pause, CONFLICT_PAUSE) if isinstance(error, Busy) else pause
                log.warning("updates cannot be fetched: %s", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            if not updates:
                continue
            anew = offset is not None and updates[0]["update_id"] < offset
            count = numbering + anew  # the server counts anew after a quiet week, or is another one
            after = updates[-1]["update_id"] + 1
            try:
                await inbox.receive(count, after, [line(update) for update in updates])
            except Trouble as trouble:
                log.warning("updates cannot be written down: %s", type(trouble).__name__)
                await asyncio.sleep(FIRST_PAUSE)
                continue  # they are not confirmed, and come again
            numbering, offset = count, after


class Busy(Exception):
    """Another process polls the same bot, or the server wants a pause."""


async def fetch(
    session: aiohttp.ClientSession, url: str, offset: int | None
) -> Sequence[dict[str, Any]]:
    """Ask once for updates.

    Raises:
        Stopped: the token is not accepted.
        Busy: the server asks to come back later.
    """
    wanted: dict[str, Any] = {"timeout": WAIT, "limit": 100, "allowed_updates": ALLOWED}
    if offset is not None:
        wanted["offset"] = offset
    async with session.post(f"{url}/getUpdates", json=wanted) as response:
        if response.status in {401, 404}:
            raise Stopped
        if response.status != 200:
            raise Busy
        answer = json.loads(await response.read())
    if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
        raise Busy
    found: list[dict[str, Any]] = answer["result"]
    return found


def line(update: dict[str, Any]) -> dict[str, Any]:
    """Return an update as a line of the inbox: whole, with the chat whose order it keeps."""
    kind = next((name for name in update if name != "update_id"), "nothing")
    return {
        "update_id": update["update_id"],
        "lane": str(chat_of(update.get(kind)) or ""),
        "kind": kind[:64],
        "raw": json.dumps(update, ensure_ascii=False, separators=(",", ":")),
    }


def chat_of(event: Any) -> int | None:
    """Return the chat that an update belongs to; a press belongs to that of its message."""
    if not isinstance(event, dict):
        return None
    within = event.get("message") if isinstance(event.get("message"), dict) else event
    chat = (within or {}).get("chat") or {}
    found: int | None = chat.get("id")
    return found
