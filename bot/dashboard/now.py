"""The page *now*: the open tickets of a party, whose move it is, what is overdue."""

from __future__ import annotations

from bot.dashboard.pages import Asked, Page, Table, View
from relay import overview
from relay.overview import Wanted


async def find(asked: Asked) -> View:
    """Show how a party stands."""
    _, query = asked._, asked.query
    wanted = Wanted(query.get("move", ""), query.get("state", ""), bool(query.get("overdue")))
    most = overview.EVERYTHING if "as" in query else overview.SHOWN
    found = await overview.of(asked.store, asked.of, wanted, _, most)
    links = [asked.to("case", number=each) for each in found.numbers]
    table = Table("tickets", found.sheet, links, found.late)
    return View.of(_("Now"), table, found=found, wanted=wanted)


PAGE = Page("now", lambda _: _("Now"), find, live=True)
