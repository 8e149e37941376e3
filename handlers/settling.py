"""What work costs: /lines with its corrections, /settlement with what both ends confirm."""

from functools import partial

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from handlers.files import as_xlsx
from handlers.filters import of_party
from handlers.forms import Press
from handlers.party import party_of
from handlers.replies import Lookup, Reply, answer, file, instead, looking, toast
from handlers.words import after_command, known, number_first
from relay import billing, making, prices, settlements, settling
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
    root.message.register(settlement, Command("settlement"))
    root.callback_query.register(page, Press.filter(F.act == Act.SETTLE))
    root.callback_query.register(confirm, Press.filter(F.act == Act.SETTLED))
    root.callback_query.register(spreadsheet, Press.filter(F.act == Act.SHEETS))
    root.callback_query.register(fix, Press.filter(F.act == Act.FIX))
    root.callback_query.register(extra, Press.filter(F.act == Act.EXTRA))
    return root


async def lines(message: Message, speaker: Speaker, heard: Said | None, _: Gettext) -> Lookup:
    """Show what a ticket costs, and what those right below it do."""
    said = known(heard)
    number, _words = number_first(after_command(said.content))

    async def find(store: Store, speaker: Speaker) -> Reply:
        ticket = await making.below(store, party_of(speaker), number)
        if ticket is None and said.reply_to and not number:
            ticket = await making.replied_to(store, speaker, said.reply_to)
        ticket = ticket or await making.only(store, speaker, number, "/lines")
        posts = await prices.of_chat(store, speaker, ticket, _)
        return tuple(answer(message, post) for post in posts)

    return looking(message, speaker, _, find)


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


async def settlement(
    message: Message, command: CommandObject, speaker: Speaker, _: Gettext
) -> Lookup:
    """Show what a month comes to, with one partner or with all."""
    words = command.args or ""

    async def find(store: Store, speaker: Speaker) -> Reply:
        return answer(message, await settling.asked(store, speaker, words, _))

    return looking(message, speaker, _, find)


async def page(query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext) -> Lookup:
    """Show another month, or another partner."""
    link, month = callback_data.about, callback_data.choice or 0

    async def find(store: Store, speaker: Speaker) -> Reply:
        return instead(query, await settling.turned(store, speaker, link, month, _))

    return looking(query, speaker, _, find)


async def confirm(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Lookup:
    """Agree to what a month came to."""
    link, shown = callback_data.about, callback_data.choice or 0
    month = (await settlements.confirm(store, speaker, link, shown)).month

    async def find(looked: Store, speaker: Speaker) -> Reply:
        again = await settling.turned(looked, speaker, link, month.index, _)
        return toast(query, _("Confirmed. Your partner is told.")), instead(query, again)

    return looking(query, speaker, _, find)


async def spreadsheet(
    query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext
) -> Lookup:
    """Send what a month came to as a spreadsheet."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        party = settlements.leading(speaker)
        link = await settlements.link_of(store, party, callback_data.about)
        month = settlements.month_of(callback_data.choice or 0)
        found = await settlements.settlement(store, link, month)
        costs = await settlements.lines_of(store, found)
        sheets = settlements.sheets(found, costs, party, _)
        name = f"settlement-{month}-{settlements.other_end(found, party).code}.xlsx"
        make = partial(as_xlsx, sheets, link.upper.timezone)
        return file(query, name, make, settling.month_words(month, _))

    return looking(query, speaker, _, find)
