"""The page *time*: what was done in a period, how fast and how well, and where the time went."""

from __future__ import annotations

from bot.dashboard.pages import WIDTH, Asked, Page, Table, View
from relay import listing, reports, telling
from relay.changes import other_end
from relay.holding import Phase
from relay.language import Gettext
from relay.reports import Report
from relay.status import phase_words
from relay.totals import whole


async def find(asked: Asked) -> View:
    """Show a period, of all tickets or of those over one link."""
    _, party, period = asked._, asked.of, asked.period()
    over = await asked.over()
    found = await reports.report(asked.store, party, period, over)
    sheets = await listing.views(asked.store, found, _)
    if "as" in asked.query:  # those who take it along have the time
        sheets.append(listing.tickets(await reports.tickets(asked.store, found), _))
    names = ["summary", "levels", *(["partners"] if not over else []), "tickets"]
    tables = [Table(name, each) for name, each in zip(names, sheets, strict=False)]
    return View.of(
        _("Time"),
        *tables,
        heading=telling.title(found, _),
        before=telling.days(period.before, _),
        figures=figures(found, _),
        levels=levels(found, _),
        legend=[(each, phase_words(each, _)) for each in Phase],
        neighbours=[
            (each.id, other_end(each, party).name) for each in await asked.store.links_ever(party)
        ],
        over=over,
        when=asked.query.get("when", ""),
    )


def figures(found: Report, _: Gettext) -> list[tuple[str, str, str]]:
    """Return what stands on top: what it is, how much now, and how much before."""
    now, before = found.now, found.before

    def pair(what: str, one: object, other: object) -> tuple[str, str, str]:
        return what, str(one), str(other) if found.compares else ""

    def share(of: float | None) -> str:
        return telling.NONE if of is None else telling.percent(of, _)

    def stars(of: float | None) -> str:
        return telling.NONE if of is None else telling.mark(of, _)

    return [
        pair(_("Opened"), now.opened, before.opened),
        pair(_("Closed"), now.closed, before.closed),
        pair(_("In time"), share(now.in_time), share(before.in_time)),
        pair(_("Sent back"), share(now.rework), share(before.rework)),
        pair(_("Rating"), stars(now.rating), stars(before.rating)),
    ]


def levels(found: Report, _: Gettext) -> list[dict[str, object]]:
    """Return a row for each level: how much of the time it had, and what for."""
    rows = list[dict[str, object]]()
    for level, share, _before in telling.shares_told(found):
        x, bars = 0.0, list[dict[str, object]]()
        for phase in Phase:
            spent = level.now.get(phase)
            if spent and found.spent:
                wide = round(WIDTH * (spent / found.spent), 1)
                bars.append({"phase": phase, "x": x, "width": wide})
                x += wide
        rows.append(
            {
                "label": telling.who(level, _),
                "share": telling.NONE if share is None else telling.percent(share, _),
                "time": _.duration(whole(level.now)),
                "bars": bars,
            }
        )
    return rows


PAGE = Page("time", lambda _: _("Time"), find)
