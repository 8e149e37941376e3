"""The menu of commands that Telegram shows: by chat, and in its language."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from relay.language import DEFAULT, LANGUAGES, Gettext, speak
from relay.lease import Lease
from relay.tables import Standing

log = logging.getLogger(__name__)


def for_clients(_: Gettext) -> list[BotCommand]:
    """Return what a client can call in a private chat."""
    return menu(
        ("new", _("another request")),
        ("status", _("your requests and how they stand")),
        ("cancel", _("call a request off")),
        ("skip", _("go on without answering")),
        ("retract", _("take a message back: reply to it")),
        ("lang", _("another language")),
        ("help", _("what I can do")),
    )


def for_groups(_: Gettext) -> list[BotCommand]:
    """Return what can be called in a group that is no party's."""
    return menu(
        ("new", _("a request")),
        ("status", _("your requests and how they stand")),
        ("retract", _("take a message back: reply to it")),
        ("lang", _("another language")),
        ("id", _("the id of this chat")),
        ("help", _("what I can do")),
    )


def for_parties(_: Gettext) -> list[BotCommand]:
    """Return what can be called in a party's chat."""
    return menu(
        ("status", _("open tickets, yours to move first")),
        ("overdue", _("what is past its deadline, here and with partners")),
        ("mine", _("open tickets that you took")),
        ("find", _("find tickets by words")),
        ("say", _("say something about a ticket")),
        ("note", _("a note that only this chat can see")),
        ("report", _("what was done, how fast and how well")),
        ("partners", _("how your partners do, ranked")),
        ("contribution", _("who had which share in a case")),
        ("subscribe", _("reports that come by themselves")),
        ("lines", _("what a ticket costs")),
        ("settlement", _("what a month comes to with each partner")),
        ("dashboard", _("everything on a web page, for leads")),
        ("equipment", _("your register of equipment")),
        ("qr", _("stickers for your equipment, to print")),
        ("invite", _("bring a partner in")),
        ("retract", _("take a message back: reply to it")),
        ("check", _("what I may do here, and what I lack")),
        ("party", _("how your company is set, and to change it")),
        ("links", _("your partners, and what you agreed")),
        ("lead", _("who leads here; in reply to somebody: name them")),
        ("link", _("the link for clients, also as a picture")),
        ("block", _("hear a client no more")),
        ("unblock", _("hear a client again")),
        ("lang", _("another language")),
        ("id", _("the id of this chat")),
        ("help", _("what I can do")),
    )


def for_operators(_: Gettext) -> list[BotCommand]:
    """Return what operators can call in their private chats, beside what clients can."""
    own = menu(
        ("health", _("what needs a look")),
        ("dashboard", _("the same on a web page")),
        ("invite", _("bring a first company in")),
    )
    return [*own, *for_clients(_)]


def menu(*entries: tuple[str, str]) -> list[BotCommand]:
    """Return commands with their descriptions."""
    return [BotCommand(command=name, description=text) for name, text in entries]


async def publish(bot: Bot, lease: Lease, operators: Iterable[str]) -> None:
    """Tell Telegram the commands of every kind of chat; best effort."""
    async with lease.transaction() as store:
        homes = [
            (party.place, party.language)
            for party in await store.parties()
            if party.standing is Standing.ACTIVE
        ]
        # An operator who never opened the bot has no menu yet.
        opened = [
            (client.place, client.language)
            for each in operators
            if (client := await store.client_at(each))
        ]
    for language in LANGUAGES:
        code = None if language == DEFAULT else language
        _ = speak(language)
        await tell(bot, for_clients(_), BotCommandScopeAllPrivateChats(), code)
        await tell(bot, for_groups(_), BotCommandScopeAllGroupChats(), code)
    for place, language in homes:
        await tell(bot, for_parties(speak(language)), BotCommandScopeChat(chat_id=int(place)))
    for place, language in opened:
        await tell(bot, for_operators(speak(language)), BotCommandScopeChat(chat_id=int(place)))


async def tell(
    bot: Bot, commands: list[BotCommand], scope: BotCommandScopeUnion, language: str | None = None
) -> None:
    """Set one menu, if the messenger takes it."""
    try:
        await bot.set_my_commands(commands, scope=scope, language_code=language)
    except AiogramError as error:
        log.warning("a menu of commands is not published: %s", error)
