"""The relay to compare with: aiogram and two dictionaries; it forgets everything when it ends."""

from __future__ import annotations

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message

homes: dict[int, int] = {}  #: the group that a client writes to
authors: dict[tuple[int, int], int] = {}  #: the client behind a message in a group


async def start(message: Message, bot: Bot, command: CommandObject) -> None:
    """Note which group a client came to: the link names it by its number."""
    homes[message.chat.id] = -int((command.args or "").removeprefix("party"))
    await bot.send_message(message.chat.id, "Hello!")


async def relay(message: Message, bot: Bot) -> None:
    """Send a client's words to the group, and a reply to the client that it replies to."""
    text, group = message.text or "", homes.get(message.chat.id)
    if group:
        sent = await bot.send_message(group, text)
        authors[group, sent.message_id] = message.chat.id
    elif message.reply_to_message:
        await bot.send_message(authors[message.chat.id, message.reply_to_message.message_id], text)


async def main() -> None:
    """Poll until stopped."""
    api = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"])
    dispatcher = Dispatcher()
    dispatcher.message.register(start, CommandStart(deep_link=True))
    dispatcher.message.register(relay)
    bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=api))
    await dispatcher.start_polling(bot, handle_signals=False)


if __name__ == "__main__":
    asyncio.run(main())
