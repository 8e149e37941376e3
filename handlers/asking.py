"""What clients are asked before their request goes to a company; everything can be skipped."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.filters import of_client
from handlers.forms import Press
from handlers.replies import Reply, answer, done
from relay import intake
from relay.channel import Act
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store


def router() -> Router:
    """Return these handlers."""
    root = Router(name="asking")
    root.message.filter(of_client)
    root.callback_query.filter(of_client)
    root.message.register(skip, Command("skip"))
    root.callback_query.register(omit, Press.filter(F.act == Act.OMIT))
    root.callback_query.register(choose_kind, Press.filter(F.act == Act.KIND))
    return root


async def skip(message: Message, store: Store, speaker: Speaker, _: Gettext) -> SendMessage | None:
    """Let a request go on without any more questions."""
    if await intake.skip_all(store, speaker):
        return None
    return answer(message, _("All right, without any more questions."))


async def omit(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Leave one question unanswered."""
    await intake.omit(store, speaker, callback_data.about, callback_data.choice or 0)
    return done(query, _("Skipped."))


async def choose_kind(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Say which kind of work is needed."""
    await intake.choose_kind(store, speaker, callback_data.about, callback_data.choice or 0)
    return done(query, _("Thank you."))
