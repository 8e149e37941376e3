"""Reports that come by themselves: what of them is kept for later, and how they read."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_interval

from relay.channel import Post
from relay.hours import DAY
from relay.language import Gettext
from relay.store import Store
from relay.tables import Party
from relay.text import bold


async def facts(store: Store, party: Party, begin: date, end: date) -> dict[str, Any]:
    """Return what a report of whole days says, as it can be written down."""
    return {"party": party.id, "begin": begin.isoformat(), "end": end.isoformat()}


async def report_post(store: Store, told: dict[str, Any], _: Gettext) -> Post | None:
    """Return a report as it reads; None: nobody is there any more to read it."""
    party = await store.party(told["party"])
    if party is None:
        return None
    begin, end = (date.fromisoformat(told[each]) for each in ("begin", "end"))
    when = format_interval(begin, end - DAY, "yMMMd", locale=_.language)
    return Post(bold(_("Report of {party}: {period}").format(party=party.name, period=when)))
