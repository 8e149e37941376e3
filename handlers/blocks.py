"""Clients whom a company does not want to hear any more: /block, /unblock."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from handlers.filters import of_party
from handlers.words import after_command, known, number_first
from relay import blocks, making
from relay.content import Content
from relay.refusals import Unknown, WhichClient
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Ticket
from relay.writing import Said


def router() -> Router:
    """Return these handlers."""
    root = Router(name="blocks")
    root.message.filter(of_party)
    root.message.register(block, Command("block"))
    root.message.register(unblock, Command("unblock"))
    return root


async def block(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Hear a client no more; without a reason, ask for it."""
    ticket, words = await meant(known(heard), store, speaker, "/block")
    if words:
        await blocks.block(store, speaker, ticket, words)
    else:
        await blocks.ask_why(store, speaker, ticket)


async def unblock(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Hear a client again."""
    ticket, _words = await meant(known(heard), store, speaker, "/unblock")
    await blocks.unblock(store, speaker, ticket)


async def meant(said: Said, store: Store, speaker: Speaker, command: str) -> tuple[Ticket, Content]:
    """Return a ticket of the client whom a command is about, and its other words.

    It is the one named, else the one whose card or message is replied to, or whose topic it is:
    never simply the only one.
    """
    number, words = number_first(after_command(said.content))
    if number:
        return await making.only(store, speaker, number, command), words
    if said.reply_to:
        try:
            return await making.replied_to(store, speaker, said.reply_to), words
        except Unknown:
            raise WhichClient(command) from None
    ticket = await store.ticket_in(speaker.topic) if speaker.topic else None
    if ticket is None:
        raise WhichClient(command)
    return ticket, words
