"""What members of a party look through: what is overdue, and what is theirs."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import of_party
from handlers.forms import Press
from handlers.party import party_of
from handlers.replies import Lookup, Reply, answer, instead, looking
from relay import lists
from relay.channel import Act
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store


def router() -> Router:
    """Return these handlers."""
    root = Router(name="lists")
    root.message.filter(of_party)
    root.callback_query.filter(of_party)
    root.message.register(overdue, Command("overdue"))
    root.message.register(mine, Command("mine"))
    root.callback_query.register(overdue_page, Press.filter(F.act == Act.OVERDUE))
    root.callback_query.register(mine_page, Press.filter(F.act == Act.MINE))
    return root


async def overdue(message: Message, speaker: Speaker, _: Gettext) -> Lookup:
    """List what is past its deadline, here and right below."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        return answer(message, await lists.overdue(store, party_of(speaker), 0, _))

    return looking(message, speaker, _, find)


async def overdue_page(
    query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext
) -> Lookup:
    """Turn a page of that list."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        return instead(query, await lists.overdue(store, party_of(speaker), callback_data.about, _))

    return looking(query, speaker, _, find)


async def mine(message: Message, speaker: Speaker, _: Gettext) -> Lookup:
    """List what somebody has taken."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        return answer(message, await lists.mine(store, speaker, 0, _))

    return looking(message, speaker, _, find)


async def mine_page(
    query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext
) -> Lookup:
    """Turn a page of that list: whoever presses sees what they have taken themselves."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        return instead(query, await lists.mine(store, speaker, callback_data.about, _))

    return looking(query, speaker, _, find)
