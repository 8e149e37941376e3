"""The way in for clients: a party's link, and a picture of it to be put up."""

from io import BytesIO

import segno
from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile, Message, ReplyParameters

from handlers.filters import of_party
from relay import requests
from relay.language import Gettext
from relay.speaker import Speaker
from relay.text import lines

DOT = 12  #: pixels of a dot of the picture: sharp on a printed page


def router() -> Router:
    """Return this handler."""
    root = Router(name="entry")
    root.message.filter(of_party)
    root.message.register(link, Command("link"))
    return root


async def link(message: Message, speaker: Speaker, bot: Bot, _: Gettext) -> SendPhoto:
    """Give a party's members the link by which clients write to it."""
    key = requests.entry(speaker)
    me = await bot.me()  # known since the start: nobody is asked
    address = f"https://t.me/{me.username}?start={key}"
    how = _(
        "Whoever follows this link, or scans the picture, writes to you. Put it where clients "
        "look for help."
    )
    return SendPhoto(
        chat_id=message.chat.id,
        message_thread_id=message.message_thread_id if message.is_topic_message else None,
        photo=BufferedInputFile(picture(address), f"{key}.png"),
        caption=lines(address, how).plain,
        parse_mode=None,
        reply_parameters=ReplyParameters(
            message_id=message.message_id, allow_sending_without_reply=True
        ),
    )


def picture(address: str) -> bytes:
    """Return a link as a QR picture, in PNG."""
    file = BytesIO()
    segno.make(address, error="m").save(file, kind="png", scale=DOT, border=4)
    return file.getvalue()
