"""``python -m bot check``: what needs a person, by the database, and what the messenger allows.

It reads the database and asks the messenger; it changes nothing, and may run beside the bot.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import AiogramError

from bot import app, errors, schema
from bot.session import Failed
from bot.settings import Settings
from bot.telegram import connect
from handlers.standing import look, outside
from relay import health, lacks
from relay.channel import Held, Moved, Reason
from relay.lacks import Hears
from relay.language import DEFAULT, speak
from relay.store import Database
from relay.tables import Party, Standing
from relay.watch import PENDING

PRIVACY_ON: Final = (
    "Privacy mode is on, as it should be: in groups the bot hears commands and replies to it."
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; what is not *well* needs a person."""

    well: bool
    words: str

    def __str__(self) -> str:
        mark = "ok   " if self.well else "LOOK "
        return mark + self.words.replace("\n", "\n     ")


async def check(
    settings: Settings, bots: Iterable[int], write: Callable[[str], object] = sys.stdout.write
) -> bool:
    """Write down how each of *bots* stands; say whether all is well."""
    well = True
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url, clock=app.now)
        stack.push_async_callback(database.close)
        await schema.check(database)
        for bot in bots:
            findings, parties = await kept(database, bot)
            findings += await allowed(settings, bot, parties)
            write("\n".join([f"Bot {bot} (times are UTC)", *map(str, findings), "", ""]))
            well = well and all(each.well for each in findings)
    return well


async def kept(database: Database, bot: int) -> tuple[list[Finding], Sequence[Party]]:
    """Return what needs a look by the database, and the parties that are in the chain."""
    _ = speak(DEFAULT)
    async with database.transaction(bot) as store:
        parties = [each for each in await store.parties() if each.standing is Standing.ACTIVE]
        silent = (await health.bot_words(store, _)).plain
        stuck = [text.plain for text in await health.everything(store, _)]
    found = [Finding(False, silent)] if silent else []
    found += [Finding(False, words) for words in stuck]
    return found or [Finding(True, "Nothing is stuck, nothing waits.")], parties


async def allowed(settings: Settings, bot_id: int, parties: Sequence[Party]) -> list[Finding]:
    """Return what the messenger lets the bot do."""
    bot = connect(settings.tokens[bot_id], settings.telegram_api_url)
    try:
        me = await bot.me()
        found = [heard(me.can_read_all_group_messages)]
        waits = (await bot.get_webhook_info()).pending_update_count
        if waits > PENDING:
            words = f"{waits} updates wait to be fetched; Telegram drops those above 100,000."
            found.append(Finding(False, words))
        return [*found, *[await standing(bot, party) for party in parties]]
    except Failed as failed:
        if errors.stops(failed.answer):
            words = "Telegram does not accept the token. BotFather shows the valid one."
            return [Finding(False, words)]
        return [Finding(False, f"Telegram cannot be asked: {failed.answer.text}.")]
    except AiogramError as error:
        return [Finding(False, f"Telegram cannot be asked: {type(error).__name__}.")]
    finally:
        await bot.session.close()


def heard(everything: bool | None) -> Finding:
    """Say what the bot hears in groups."""
    return (
        Finding(False, lacks.privacy(speak(DEFAULT))) if everything else Finding(True, PRIVACY_ON)
    )


async def standing(bot: Bot, party: Party) -> Finding:
    """Return what the bot can do in a party's chat."""
    name = f"{party.name} ({party.place})"
    try:
        chat = await bot.get_chat(int(party.place))
        if chat.type == ChatType.PRIVATE:
            return Finding(True, f"{name}: a private chat.")
        me = await bot.get_chat_member(chat.id, bot.id)
    except Failed as failed:
        if not failed.answer.code or errors.stops(failed.answer):
            raise  # it is not about this chat
        return Finding(False, f"{name}: {why(failed)}")
    if outside(me):
        return Finding(False, f"{name}: the bot is no member. Add it again.")
    stands = look(me, chat, everything=False)
    if stands.lacks:
        return Finding(
            False, "\n".join([f"{name}:", *lacks.sentences(stands.lacks, speak(DEFAULT))])
        )
    if stands.hears is Hears.AS_ADMINISTRATOR:
        return Finding(True, f"{name}: the bot is an administrator, and hears everything there.")
    return Finding(True, f"{name}: the bot is a member and may write.")


def why(failed: Failed) -> str:
    """Say what an answer about a chat means, and what to do."""
    match errors.sort(failed.answer):
        case Moved(to=to):
            return f"the group has become a supergroup, {to}. The bot follows by itself."
        case Held(reason=Reason.REMOVED | Reason.BLOCKED):
            return "the bot is no member, or there is no such chat. Add it, and check the id."
        case _:
            return f"Telegram says: {failed.answer.text}"
