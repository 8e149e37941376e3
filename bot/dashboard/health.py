"""The page *health*, for operators: what needs a look, and never what people said."""

from __future__ import annotations

from bot.dashboard.pages import Asked, Page, Table, View
from relay import health
from relay.sheets import Cell, Sheet


async def find(asked: Asked) -> View:
    """Show what ``/health`` shows; decisions are made there."""
    _, store, operators = asked._, asked.store, asked.operators
    known = await health.entries(store)
    rows: list[list[Cell]] = [
        [
            (await health.title_of(store, each, operators, _)).plain,
            (await health.why(store, each, _)).plain,
        ]
        for each in known
    ]
    sheet = Sheet(_("What needs a look"), [_("Whom it concerns"), _("What is the matter")], rows)
    return View.of(
        _("Health"),
        Table("entries", sheet),
        trouble=(await health.bot_words(store, _)).plain,
        sums=[each.plain for each in health.sums(known, _)] if known else [],
    )


PAGE = Page("health", lambda _: _("Health"), find, of_party=False)
