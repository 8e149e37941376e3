"""The page *partners*: how those who work for a party do, ranked, and how it does itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dashboard.pages import Asked, Page, Table, View
from relay import listing, scorecards, telling
from relay.language import Gettext
from relay.scorecards import Scorecard

HIGH = 24  #: units of a small picture's height
STEP = 10  #: units of one period on it


async def find(asked: Asked) -> View:
    """Show the scorecards of a period."""
    _, period = asked._, asked.period()
    found = await scorecards.partners(asked.store, asked.of, period)
    return View.of(
        _("Partners"),
        Table("scorecards", listing.scorecards(found, _)),
        heading=telling.cards_title(found, _),
        groups=[
            (_("Who works for you"), [drawn(each, each.lower.name, _) for each in found.below]),
            (_("How you do"), [drawn(each, telling.for_whom(each, _), _) for each in found.own]),
        ],
        when=asked.query.get("when", ""),
    )


def drawn(card: Scorecard, name: str, _: Gettext) -> dict[str, object]:
    """Return a scorecard in words, and its trend as bars."""
    return {
        "place": card.place,
        "name": name,
        "words": telling.card_facts(card, _),
        "bars": trend(card.trend),
    }


def trend(shares: Sequence[float | None]) -> list[dict[str, float]]:
    """Return a bar for each period in which something was promised, the last one on the right."""
    return [
        {"x": number * STEP + 1, "y": HIGH - high, "height": high}
        for number, share in enumerate(shares)
        if share is not None
        for high in [max(1.0, round(share * HIGH, 1))]
    ]


PAGE = Page("partners", lambda _: _("Partners"), find)
