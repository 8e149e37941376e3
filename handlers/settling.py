"""What tickets cost: /lines and its corrections."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import of_party
from handlers.forms import Press
from handlers.replies import Look, Reply, answer, toast
from handlers.words import after_command, known, number_first
from relay import billing, making, prices
from relay.channel import Act
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Question
from relay.writing import Said


def router() -> Router:
    """Return these handlers."""
    root = Router(name="settling")
    root.message.filter(of_party)
    root.callback_query.filter(of_party)
    root.message.register(lines, Command("lines"))
    root.callback_query.register(fix, Press.filter(F.act == Act.FIX))
    root.callback_query.register(extra, Press.filter(F.act == Act.EXTRA))
    return root


async def lines(message: Message, speaker: Speaker, heard: Said | None, _: Gettext) -> Look:
    """Show what a ticket costs, and what those right below it do."""
    said = known(heard)
    number, _words = number_first(after_command(said.content))

    async def find(store: Store) -> Reply:
        if said.reply_to and not number:
            ticket = await making.replied_to(store, speaker, said.reply_to)
        else:
            ticket = await making.only(store, speaker, number, "/lines")
        posts = await prices.of_chat(store, speaker, ticket, _)
        return tuple(answer(message, post) for post in posts)

    return Look(message, _, find)


async def fix(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Correct a line: ask what it is to be, or waive a deduction."""
    number = callback_data.choice or 0
    done = await billing.fix(store, speaker, callback_data.about, number)
    if isinstance(done, Question):
        return toast(query, _("Please reply to the question below."))
    return toast(query, _("Both companies are told."))


async def extra(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Add a line."""
    await billing.add(store, speaker, callback_data.about)
    return toast(query, _("Please reply to the question below."))
