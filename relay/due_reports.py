"""Reports that come by themselves: what of them is kept for later, and how they read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter

from relay import telling
from relay.channel import Act, Post
from relay.language import Gettext
from relay.periods import Period
from relay.reports import Level, Report, report
from relay.store import Store
from relay.tables import Party
from relay.totals import Totals

PERIOD: Final = TypeAdapter(Period)
TOTALS: Final = TypeAdapter(Totals)
LEVELS: Final[TypeAdapter[Sequence[Level]]] = TypeAdapter(Sequence[Level])


async def facts(store: Store, party: Party, period: Period) -> dict[str, Any]:
    """Return what a party's report says, as it can be written down."""
    found = await report(store, party, period)
    return {
        "party": party.id,
        "period": PERIOD.dump_python(period, mode="json"),
        "now": TOTALS.dump_python(found.now, mode="json"),
        "before": TOTALS.dump_python(found.before, mode="json"),
        "levels": LEVELS.dump_python(found.levels, mode="json"),
    }


async def kept(store: Store, told: dict[str, Any]) -> Report | None:
    """Return the report that was written down; None: its party is not there any more."""
    party = await store.party(told["party"])
    if party is None:
        return None
    return Report(
        party,
        PERIOD.validate_python(told["period"]),
        None,
        TOTALS.validate_python(told["now"]),
        TOTALS.validate_python(told["before"]),
        LEVELS.validate_python(told["levels"]),
    )


async def report_post(store: Store, told: dict[str, Any], _: Gettext) -> Post | None:
    """Return a report as it reads, with its picture; None: nobody is there to read it."""
    found = await kept(store, told)
    if found is None:
        return None
    post, picture = telling.report(found, _), telling.chart(found, _)
    others = [[each for each in row if each.act != Act.CHART] for row in post.buttons]
    return replace(post, picture=picture, buttons=others)
