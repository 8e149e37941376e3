"""What leads read of what was done: /report, /partners, /contribution, as words and as files."""

from functools import partial

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from handlers.files import as_csv, as_xlsx
from handlers.filters import of_party
from handlers.forms import Press
from handlers.replies import Lookup, Reply, answer, file, looking, told
from relay import contributions, listing, reports, scorecards, telling
from relay.channel import Act, Post
from relay.language import Gettext
from relay.reports import Report
from relay.speaker import Speaker
from relay.store import Store
from relay.text import Text


def router() -> Router:
    """Return these handlers."""
    root = Router(name="reports")
    root.message.filter(of_party)
    root.callback_query.filter(of_party)
    root.message.register(report, Command("report"))
    root.message.register(partners, Command("partners"))
    root.message.register(contribution, Command("contribution"))
    root.callback_query.register(picture, Press.filter(F.act == Act.CHART))
    root.callback_query.register(spreadsheet, Press.filter(F.act == Act.XLSX))
    root.callback_query.register(table, Press.filter(F.act == Act.CSV))
    root.callback_query.register(cards, Press.filter(F.act == Act.CARDS))
    return root


async def report(message: Message, command: CommandObject, speaker: Speaker, _: Gettext) -> Lookup:
    """Tell what was done in some period, by the chat's party or over one of its links."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        found = await reports.asked(store, speaker, command.args or "")
        return answer(message, telling.report(found, _))

    return looking(message, speaker, _, find)


async def partners(
    message: Message, command: CommandObject, speaker: Speaker, _: Gettext
) -> Lookup:
    """Tell how the party's partners do, and how it does itself."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        found = await scorecards.asked(store, speaker, command.args or "")
        return answer(message, telling.scorecards(found, _))

    return looking(message, speaker, _, find)


async def contribution(
    message: Message, command: CommandObject, speaker: Speaker, _: Gettext
) -> Lookup:
    """Tell who had which share in a case."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        found = await contributions.asked(store, speaker, (command.args or "").strip())
        return answer(message, telling.contribution(found, _))

    return looking(message, speaker, _, find)


async def picture(
    query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext
) -> Lookup:
    """Draw a report."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        found = await pressed(store, speaker, callback_data)
        chart = telling.chart(found, _)
        return told(query, Post(Text(chart.title), picture=chart))

    return looking(query, speaker, _, find)


async def spreadsheet(
    query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext
) -> Lookup:
    """Give a report as a spreadsheet with a sheet for each view."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        found = await pressed(store, speaker, callback_data)
        sheets = await listing.sheets(store, found, _)
        make = partial(as_xlsx, sheets, found.party.timezone)
        return file(query, "report.xlsx", make, telling.title(found, _))

    return looking(query, speaker, _, find)


async def table(query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext) -> Lookup:
    """Give the tickets that a report counts as text with commas."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        found = await pressed(store, speaker, callback_data)
        sheet = listing.tickets(await reports.tickets(store, found), _)
        make = partial(as_csv, sheet, found.party.timezone)
        return file(query, "tickets.csv", make, telling.title(found, _))

    return looking(query, speaker, _, find)


async def cards(query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext) -> Lookup:
    """Give scorecards as a spreadsheet."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        found = await scorecards.pressed(store, speaker, callback_data.choice or 0)
        make = partial(as_xlsx, [listing.scorecards(found, _)], found.party.timezone)
        return file(query, "partners.xlsx", make, telling.cards_title(found, _))

    return looking(query, speaker, _, find)


async def pressed(store: Store, speaker: Speaker, press: Press) -> Report:
    """Return the report whose button was pressed."""
    return await reports.pressed(store, speaker, press.about, press.choice or 0)
