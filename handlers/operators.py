"""What operators do, in their private chats with the bot: look at what is stuck, and decide.

For everybody else, and everywhere else, none of this exists.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.filters import of_operator
from handlers.forms import Press
from handlers.replies import Reply, answer, instead, toast
from relay import backup, decisions, health
from relay.channel import Act
from relay.language import Gettext
from relay.refusals import Already
from relay.speaker import Speaker
from relay.store import Store

DECISIONS: Final[dict[str, Callable[[Store, Speaker, int, int], Awaitable[None]]]] = {
    Act.AGAIN: decisions.again,
    Act.ARRIVED: decisions.arrived,
    Act.SKIP: decisions.skip,
    Act.TRY: decisions.try_chat,
}


def router() -> Router:
    """Return these handlers."""
    root = Router(name="operators")
    root.message.filter(of_operator)
    root.callback_query.filter(of_operator)
    root.message.register(look, Command("health"))
    root.callback_query.register(page, Press.filter(F.act == Act.HEALTH))
    root.callback_query.register(show, Press.filter(F.act == Act.STUCK))
    root.callback_query.register(go_on, Press.filter(F.act == Act.GO_ON))
    root.callback_query.register(decide, Press.filter(F.act.in_({*DECISIONS})))
    return root


async def look(
    message: Message, store: Store, operators: Collection[str], _: Gettext
) -> SendMessage:
    """Show what needs a look."""
    return answer(message, await health.page_post(store, 0, operators, _))


async def page(
    query: CallbackQuery,
    callback_data: Press,
    store: Store,
    operators: Collection[str],
    _: Gettext,
) -> EditMessageText | AnswerCallbackQuery:
    """Turn a page of the list."""
    return instead(query, await health.page_post(store, callback_data.about, operators, _))


async def show(
    query: CallbackQuery,
    callback_data: Press,
    store: Store,
    operators: Collection[str],
    _: Gettext,
) -> EditMessageText | AnswerCallbackQuery:
    """Show one entry with what can be done about it."""
    entry = await health.found(store, callback_data.choice or 0, callback_data.about)
    if entry is None:
        raise Already
    return instead(query, await health.entry_post(store, entry, operators, _))


async def decide(
    query: CallbackQuery,
    callback_data: Press,
    store: Store,
    speaker: Speaker,
    operators: Collection[str],
    _: Gettext,
) -> Reply:
    """Do what an operator decided, and show what else there is."""
    act = callback_data.act
    await DECISIONS[act](store, speaker, callback_data.choice or 0, callback_data.about)
    rest = await health.page_post(store, 0, operators, _)
    return toast(query, words(Act(act), _)), instead(query, rest)


async def go_on(
    query: CallbackQuery,
    callback_data: Press,
    store: Store,
    speaker: Speaker,
    operators: Collection[str],
    _: Gettext,
) -> Reply:
    """Speak again after a start from a backup, and show what else there is."""
    await backup.go_on(store, speaker, again=bool(callback_data.about))
    rest = await health.page_post(store, 0, operators, _)
    return toast(query, _("Sending goes on.")), instead(query, rest)


def words(act: Act, _: Gettext) -> str:
    """Say what a decision has done."""
    match act:
        case Act.AGAIN:
            return _("It is on its way again.")
        case Act.ARRIVED:
            return _("Noted: it arrived.")
        case Act.SKIP:
            return _("It is given up.")
        case _:
            return _("I try that chat now.")
