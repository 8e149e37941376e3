"""The page *health*, for operators: what needs a look, and never what people said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.dashboard.pages import Asked, Page, Table, View
from relay import health
from relay.language import Gettext
from relay.sheets import Cell, Sheet

SHOWN: Final = 50  #: of a table: whom an entry concerns is looked up one by one


async def find(asked: Asked) -> View:
    """Show what ``/health`` shows; decisions are made there."""
    _, store, operators = asked._, asked.store, asked.operators
    known = await health.entries(store)
    shown = known if "as" in asked.query else known[:SHOWN]
    rows: list[list[Cell]] = [
        [
            (await health.title_of(store, each, operators, _)).plain,
            (await health.why(store, each, _)).plain,
        ]
        for each in shown
    ]
    sheet = Sheet(_("What needs a look"), [_("Whom it concerns"), _("What is the matter")], rows)
    return View.of(
        _("Health"),
        Table("entries", sheet),
        Table("exports", exported(await store.exports(SHOWN), _)),
        trouble=(await health.bot_words(store, _)).plain,
        all=len(known),
        sums=[each.plain for each in health.sums(known, _)] if known else [],
    )


def exported(found: Sequence[tuple[datetime, str, str, str]], _: Gettext) -> Sheet:
    """Return who took figures along as files, the last ones first: operators read no names."""
    columns = [_("When"), _("Company"), _("Number of the person"), _("File")]
    return Sheet(_("Taken along"), columns, [list[Cell](each) for each in found])


PAGE = Page("health", lambda _: _("Health"), find, of_party=False)
