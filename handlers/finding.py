"""What members of a party do to find a ticket: /find, and the pages of what it finds."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.filters import of_client, of_party
from handlers.forms import Press
from handlers.party import party_of
from handlers.replies import Lookup, Reply, answer, instead, looking, toast
from handlers.words import NAME
from relay import finding
from relay.channel import Act
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store


def router() -> Router:
    """Return these handlers."""
    root = Router(name="finding")
    for_parties, for_clients = Router(name="found"), Router(name="not found")
    for_parties.message.filter(of_party)
    for_parties.callback_query.filter(of_party)
    for_parties.message.register(find, Command("find"))
    for_parties.callback_query.register(page, Press.filter(F.act == Act.FOUND))
    for_clients.message.filter(of_client)
    for_clients.message.register(not_here, Command("find"))
    root.include_routers(for_parties, for_clients)
    return root


async def find(message: Message, speaker: Speaker, _: Gettext) -> Lookup:
    """List the tickets that have certain words."""

    async def look(store: Store, speaker: Speaker) -> Reply:
        post = await finding.found(store, party_of(speaker), asked(message), 0, _)
        return answer(message, post)

    return looking(message, speaker, _, look)


async def page(
    query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext
) -> Lookup | Reply:
    """Turn a page: what was looked for stands in the message that ours is a reply to."""
    shown = query.message
    words = asked(shown.reply_to_message) if isinstance(shown, Message) else ""
    if not words:
        said = _("I cannot see any more what you looked for. Please write /find once more.")
        return toast(query, said, alert=True)

    async def look(store: Store, speaker: Speaker) -> Reply:
        found = await finding.found(store, party_of(speaker), words, callback_data.about, _)
        return instead(query, found)

    return looking(query, speaker, _, look)


async def not_here(message: Message, _: Gettext) -> SendMessage:
    """Say that clients have a list of their own."""
    return answer(message, _("This is for companies. /status lists your requests."))


def asked(message: Message | None) -> str:
    """Return what a message with the command looks for."""
    return NAME.sub("", message.text or message.caption or "", count=1) if message else ""
