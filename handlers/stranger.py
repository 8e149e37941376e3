"""What happens in a group that is nobody's yet, and where nothing else fits."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandStart
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from handlers.filters import of_nobody, when
from handlers.replies import toast
from handlers.words import after_command, known
from relay import people, requests
from relay.language import Gettext
from relay.refusals import NobodyHere, NothingThere
from relay.speaker import Speaker
from relay.store import Store
from relay.writing import Said


def router() -> Router:
    """Return these handlers."""
    root = Router(name="stranger")
    group = Router(name="stranger's group")
    group.message.filter(of_nobody)
    group.message.register(new, Command("new"))
    group.message.register(lost, CommandStart())
    group.message.register(lost, when(F.text.startswith("/")))
    group.message.register(lost, when(F.reply_to_message.from_user.is_bot))
    root.include_router(group)
    root.callback_query.register(nothing)
    return root


async def new(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Make a group a client's, with its first request."""
    words = after_command(known(heard).content)
    if not words:
        raise NothingThere("/new")
    title = message.chat.title or "—"
    client = await people.welcome(store, speaker.place, title, None, speaker.language)
    asking = replace(speaker, client=client, language=client.language)
    await requests.ask(store, asking, replace(known(heard), content=words), new=True)


async def lost(message: Message) -> None:
    """Say that nothing is set up here, and how to go on."""
    raise NobodyHere


async def nothing(query: CallbackQuery, _: Gettext) -> AnswerCallbackQuery:
    """Answer a press that means nothing here."""
    return toast(query, _("This button does nothing here any more."))
