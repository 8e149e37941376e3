"""The page *case*: one ticket of a party, with all of its case that the party may see."""

from __future__ import annotations

from datetime import datetime

from bot.dashboard.pages import WIDTH, Asked, Missing, Page, Table, View
from relay import history
from relay.pictures import Timeline


async def find(asked: Asked) -> View:
    """Show one case; without a number, ask for one."""
    _, number = asked._, asked.query.get("number", "").strip()
    if not number:
        return View.of(_("Case"), found=None)
    ticket = await asked.store.ticket_of(asked.of, number)
    if ticket is None:
        raise Missing
    before = asked.query.get("before", "")
    least = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None
    found = await history.of(asked.store, ticket, _, least)
    return View.of(
        found.ticket.number,
        Table("moves", found.moves),
        Table("deliveries", found.deliveries),
        found=found,
        rows=drawn(found.timeline),
    )


def drawn(timeline: Timeline) -> list[dict[str, object]]:
    """Return the rows of a picture of time in units of its width."""

    def at(moment: datetime) -> float:
        share = (moment - timeline.begin) / (timeline.until - timeline.begin)
        return round(share * WIDTH, 1)

    return [
        {
            "label": row.label,
            "times": row.times,
            "bars": [
                {
                    "phase": bar.phase,
                    "x": at(bar.begin),
                    "width": max(at(bar.until) - at(bar.begin), 2),
                }
                for bar in row.bars or ()
            ],
            "deadlines": [
                at(each) for each in row.deadlines if timeline.begin <= each <= timeline.until
            ],
        }
        for row in timeline.rows
    ]


PAGE = Page("case", lambda _: _("Case"), find)
