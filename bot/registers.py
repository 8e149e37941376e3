"""Files of equipment that leads send: fetched and read before a transaction, kept for a moment."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import GetFile

from bot.session import Session
from handlers.forms import Press
from relay.channel import Act
from relay.equipment import Brought
from relay.lease import Lease
from relay.refusals import NotFetched, Refusal
from relay.registers import LARGEST, Wrong, bad, read

log = logging.getLogger(__name__)

MOST: Final = 5000  #: rows of a file in a chat: bringing them in keeps nobody waiting
KEPT: Final = 8  #: updates whose files are kept, should handling have to be tried again
PATIENCE: Final = 15  #: seconds in which the messenger may say where a file lies
CAPTION: Final = re.compile(r"/equipment(@\w+)?(\s|$)", re.IGNORECASE)
PRESS: Final = Press(act=Act.REGISTER, about=0).pack().partition("0")[0]

Json = dict[str, Any]


class Registers:
    """The files of one bot's updates."""

    def __init__(self, bot: Bot, lease: Lease) -> None:
        self._bot, self._lease = bot, lease
        self._known: OrderedDict[int, Brought] = OrderedDict()  #: by the ids of updates

    def lacks(self, raw: str) -> bool:
        """Say whether an update is about a file that was not fetched yet."""
        if "document" not in raw or not (PRESS in raw or "/equipment" in raw):
            return False
        update = json.loads(raw)
        return file_of(update) is not None and update["update_id"] not in self._known

    async def fetch(self, raws: Sequence[str]) -> None:
        """Fetch the files that updates are about, and read them; no transaction is open."""
        for raw in filter(self.lacks, raws):
            update = json.loads(raw)
            self._known[update["update_id"]] = await self._brought(update)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)

    def of(self, update_id: int) -> Brought:
        """Return what the file of an update holds; None: it is about no file."""
        return self._known.get(update_id)

    async def _brought(self, update: Json) -> Brought:
        """Return what came of a file; whatever goes wrong, nobody waits for it for ever."""
        chat, document = file_of(update) or ("", {})
        try:
            async with self._lease.transaction() as store:
                if await store.party_at(await store.home(chat)) is None:
                    return None  # nobody's files are fetched but those of parties
            if document.get("file_size", 0) > LARGEST:
                raise bad(Wrong.TOO_LARGE, str(LARGEST // 1024**2))
            raw = await self._download(document["file_id"])
            return await asyncio.to_thread(read, raw, document.get("file_name", ""), MOST)
        except Refusal as refusal:
            return refusal
        except Exception:  # or it would be fetched again and again
            log.exception("a register could not be fetched")
            return NotFetched()

    async def _download(self, file: str) -> bytes:
        try:
            found = await self._bot(GetFile(file_id=file), request_timeout=PATIENCE)
        except AiogramError as error:
            log.warning("a register could not be fetched: %s", type(error).__name__)
            raise NotFetched from None
        answer = await cast(Session, self._bot.session).fetch(self._bot, str(found.file_path))
        if not answer.ok:
            log.warning("a register could not be fetched: %s", answer.text or answer.status)
            raise NotFetched
        return bytes(answer.result)


def file_of(update: Json) -> tuple[str, Json] | None:
    """Return the chat and the file that a lead wants to bring in, or has been asked about."""
    press = update.get("callback_query")
    message: Json = (press.get("message") if press else update.get("message")) or {}
    if press:
        source = message.get("reply_to_message") or {}
        asked = str(press.get("data", "")).startswith(PRESS)
    else:
        source, asked = message, bool(CAPTION.match(message.get("caption", "")))
    document = source.get("document")
    return (str(message["chat"]["id"]), document) if asked and document else None
