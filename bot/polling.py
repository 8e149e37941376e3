"""The way in by polling: raw updates are written down before the next ones are asked for."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import aiohttp

from bot.errors import polling
from relay.channel import Held, Retry
from relay.inbox import Inbox
from relay.lease import Stopped
from relay.room import Room
from relay.store import Trouble

log = logging.getLogger(__name__)

ALLOWED: Final = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
WAIT: Final = 25  #: seconds that the server may keep us waiting for updates
PATIENCE: Final = aiohttp.ClientTimeout(total=35, sock_connect=5)

#: No text of PostgreSQL holds a zero; half of a pair is no character in UTF-8.
UNKEPT: Final = re.compile("[\0\ud800-\udfff]")

FIRST_PAUSE: Final = 1.0  #: seconds after a call that failed; doubles
LONGEST_PAUSE: Final = 60.0
CONFLICT: Final = 409  #: somebody else polls, or a webhook is set; Bot API, getUpdates
RIVALS: Final = 2  #: calls in a row that somebody else ended: one may be of a process that ends


async def poll(
    url: str,
    inbox: Inbox,
    rival: Callable[[], Awaitable[None]] | None = None,
    room: Callable[[], Room] = lambda: Room.ENOUGH,
) -> None:
    """Fetch updates as long as there is *room*, until cancelled; tell if a *rival* does the same.

    Telegram forgets an update when it is asked for one after it (Bot API, getUpdates), and
    so we ask only once the update is written down.

    Raises:
        Stopped: the token is wrong, or was revoked.
    """
    numbering, offset, _polled = await inbox.cursor()
    pause, ended = FIRST_PAUSE, 0
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        while True:
            if room() is Room.NONE:
                log.error("nothing is taken in: the disk is full")
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            try:
                updates = await fetch(session, url, offset)
            except Busy as busy:
                log.warning("updates cannot be fetched: %s", busy)
                ended = ended + 1 if busy.rival else 0
                if rival and ended >= RIVALS:
                    await noted(rival())
                await asyncio.sleep(max(pause, busy.after))
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            except (aiohttp.ClientError, OSError, ValueError, KeyError) as error:
                log.warning("updates cannot be fetched: %s", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause, ended = FIRST_PAUSE, 0
            if not updates:
                await noted(inbox.heard())  # nothing was missed
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


async def noted(what: Awaitable[None]) -> None:
    """Write down how it went; if that cannot be, polling goes on."""
    try:
        await what
    except Trouble as trouble:
        log.warning("it cannot be noted how polling went: %s", type(trouble).__name__)


class Busy(Exception):
    """The server wants to be asked again, *after* so many seconds; perhaps for a *rival*."""

    def __init__(self, after: float, said: str, *, rival: bool) -> None:
        super().__init__(said)
        self.after, self.rival = after, rival


async def fetch(
    session: aiohttp.ClientSession, url: str, offset: int | None
) -> Sequence[dict[str, Any]]:
    """Ask once for updates.

    Raises:
        Stopped: the token is not accepted.
        Busy: the server asks to come back later, or somebody else polls the same bot.
    """
    wanted: dict[str, Any] = {"timeout": WAIT, "limit": 100, "allowed_updates": ALLOWED}
    if offset is not None:
        wanted["offset"] = offset
    async with session.post(f"{url}/getUpdates", json=wanted) as response:
        body = await response.read()
    match polling(response.status, body, response.headers.get("Retry-After")):
        case Held():
            raise Stopped
        case Retry(after=after, said=said):
            raise Busy(after.total_seconds(), said, rival=response.status == CONFLICT)
    found: list[dict[str, Any]] = json.loads(body)["result"]
    return found


def line(update: dict[str, Any]) -> dict[str, Any]:
    """Return an update as a line of the inbox: whole, with the chat whose order it keeps.

    What no database keeps as text is replaced, or it would hold up all that comes after it.
    """
    update = kept(update)
    kind = next((name for name in update if name != "update_id"), "nothing")
    return {
        "update_id": update["update_id"],
        "lane": str(chat_of(update.get(kind)) or ""),
        "kind": kind[:64],
        "album": album_of(update.get("message")),
        "raw": json.dumps(update, ensure_ascii=False, separators=(",", ":")),
    }


def kept(value: Any) -> Any:
    """Return what JSON holds, with a mark for each character that no database keeps."""
    match value:
        case str():
            return UNKEPT.sub("\ufffd", value)
        case list():
            return [kept(each) for each in value]
        case dict():
            return {kept(name): kept(each) for name, each in value.items()}
        case _:
            return value


def album_of(message: Any) -> str | None:
    """Return the album that a message is an item of."""
    found = message.get("media_group_id") if isinstance(message, dict) else None
    return str(found)[:64] if found else None


def chat_of(event: Any) -> int | None:
    """Return the chat that an update belongs to; a press belongs to that of its message."""
    if not isinstance(event, dict):
        return None
    within = event.get("message") if isinstance(event.get("message"), dict) else event
    chat = (within or {}).get("chat") or {}
    found: int | None = chat.get("id")
    return found
