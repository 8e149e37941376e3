"""The way to the dashboard: a link that works once, said to one person in private."""

from typing import Final, Protocol

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, WebAppInfo

from handlers.filters import of_party, when
from handlers.replies import Lookup, answer, looking
from relay.language import Gettext
from relay.refusals import LeadsOnly, NoDashboard, NothingToSee
from relay.speaker import Speaker
from relay.store import Store
from relay.text import lines

PAYLOAD: Final = "dashboard"  #: of the link that leads from a group to the private chat


class Doors(Protocol):
    """The ways into the dashboard."""

    secure: bool  #: whether the messenger takes its addresses for buttons

    def front(self, bot: int) -> str:
        """Return the address at which a Mini App of a bot begins."""

    async def invite(self, looked: Store, address: str, language: str) -> str:
        """Return the address that lets a person in once, or refuse."""


def router() -> Router:
    """Return these handlers."""
    root = Router(name="dashboard")
    private = when(F.chat.type == ChatType.PRIVATE)
    root.message.register(door, CommandStart(deep_link=True, magic=F.args == PAYLOAD), private)
    root.message.register(door, Command("dashboard"), private)
    root.message.register(way, Command("dashboard"), of_party)
    return root


async def way(message: Message, speaker: Speaker, doors: Doors | None, _: Gettext) -> SendMessage:
    """Say in a party's chat where its leads get their links: not here, where others read them."""
    if not speaker.lead:
        raise LeadsOnly
    if doors is None:
        raise NoDashboard
    me = await message.bot.me() if message.bot else None  # known since the start
    said = _("Open the dashboard from our private chat: {link}")
    link = f"https://t.me/{me.username if me else ''}?start={PAYLOAD}"
    return answer(message, said.format(link=link))


async def door(message: Message, speaker: Speaker, doors: Doors | None, _: Gettext) -> Lookup:
    """Give a person their link, as soon as it is known what they lead."""
    bot = message.bot
    if doors is None:
        raise NoDashboard

    async def find(store: Store, speaker: Speaker) -> SendMessage:
        if speaker.person is None or bot is None:
            raise NothingToSee
        link = await doors.invite(store, speaker.person.address, speaker.language)
        return shown(message, doors.front(bot.id) if doors.secure else None, link, _)

    return looking(message, speaker, _, find)


def shown(message: Message, front: str | None, link: str, _: Gettext) -> SendMessage:
    """Return the ways in: in the messenger itself, if it takes the address, and in any browser."""
    once = _("The link works once, for 5 minutes, and for whoever has it: do not pass it on.")
    if front is None:
        return answer(message, lines(_("Your dashboard:"), link, "", once))
    said = answer(message, lines(_("Your dashboard is one press away."), once))
    rows = [
        [InlineKeyboardButton(text="📊 " + _("Open it here"), web_app=WebAppInfo(url=front))],
        [InlineKeyboardButton(text="🌐 " + _("Open it in a browser"), url=link)],
    ]
    return said.model_copy(update={"reply_markup": InlineKeyboardMarkup(inline_keyboard=rows)})
