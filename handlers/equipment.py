"""What people do about equipment: a client scans a sticker."""

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import Message

from handlers.filters import of_client
from handlers.replies import answer
from relay import equipment
from relay.chain import STICKER
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store
from relay.text import Text, bold, fill


def router() -> Router:
    """Return these handlers."""
    root = Router(name="equipment")
    root.include_router(of_clients())
    return root


def of_clients() -> Router:
    """Return what clients do."""
    root = Router(name="stickers")
    root.message.filter(of_client)
    root.message.register(scanned, CommandStart(deep_link=True, magic=F.args.startswith(STICKER)))
    return root


async def scanned(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage:
    """Greet somebody who scanned a sticker: they say what happened, and we know to what."""
    tag = (command.args or "").removeprefix(STICKER)
    machine, party, ticket = await equipment.scan(store, speaker, tag)
    called = Text(equipment.called(machine))
    if ticket:
        said = _(
            "This is {party}. About {machine} your request {number} is open: what you write now is "
            "added to it. For another one write /new and what happened."
        )
        return answer(
            message, fill(said, party=party.name, machine=called, number=bold(ticket.number))
        )
    said = _(
        "Hello! This is {party}. It is about: {machine}. Write what happened; a photo helps. You "
        "will read here how it goes on."
    )
    return answer(message, fill(said, party=party.name, machine=called))
