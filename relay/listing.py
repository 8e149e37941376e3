"""Reports as tables to take along: every figure, and the very tickets that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from relay import reports
from relay.holding import Phase
from relay.language import Gettext
from relay.reports import MOST, Partner, Report
from relay.scorecards import Partners
from relay.sheets import Cell, Sheet
from relay.status import phase_words
from relay.store import Counted, Store
from relay.telling import days, for_whom, shares, sparkline, who
from relay.totals import Totals, whole
from relay.words import ours

TENTH: Final = Decimal("0.1")
HUNDREDTH: Final = Decimal("0.01")
PERCENT: Final = 100


async def sheets(store: Store, found: Report, _: Gettext) -> list[Sheet]:
    """Return a report with a sheet for each view, and one for the tickets that it counts."""
    counted = tickets(await reports.tickets(store, found), _)
    return [*await views(store, found, _), counted]


async def views(store: Store, found: Report, _: Gettext) -> list[Sheet]:
    """Return a report with a sheet for each view."""
    beside = [] if found.over else [by_partner(found, await reports.partners(store, found), _)]
    return [summary(found, _), by_level(found, _), *beside]


def summary(found: Report, _: Gettext) -> Sheet:
    """Return the figures of a report, beside those of the period before."""
    columns = ["", days(found.period, _), days(found.period.before, _)]
    now, before = cells(found.now), cells(found.before)
    return Sheet(_("Summary"), columns, [*zip(names(_), now, before, strict=True)])


def by_level(found: Report, _: Gettext) -> Sheet:
    """Return where the time went in cases that were closed, level by level."""
    columns = [
        _("Level"),
        _("Time, h"),
        _("Share, %"),
        _("Before: time, h"),
        _("Before: share, %"),
        *(_("{what}, h").format(what=phase_words(each, _)) for each in Phase),
    ]
    rows: list[list[Cell]] = []
    for level in found.levels:
        now, before = shares(found, level)
        phases = [level.now.get(each, timedelta()) for each in Phase]
        rows.append(
            [
                who(level, _),
                whole(level.now),
                in_percent(now),
                whole(level.before),
                in_percent(before),
                *phases,
            ]
        )
    return Sheet(_("By level"), columns, rows)


def by_partner(found: Report, partners: Sequence[Partner], _: Gettext) -> Sheet:
    """Return the figures of each partner: what came from it, or went to it."""
    rows: list[list[Cell]] = []
    for each in partners:
        below = each.link is not None and each.link.upper_id == found.party.id
        upper = each.link.upper.name if each.link else _("Clients")
        lower = each.link.lower.name if each.link and below else found.party.name
        rows.append([upper, lower, *cells(each.now)])
    return Sheet(_("By partner"), [_("From"), _("To"), *names(_)], rows)


def tickets(found: Sequence[Counted], _: Gettext) -> Sheet:
    """Return the tickets that are counted, ``MOST`` at most; if there are more it says so."""
    columns = [
        *(_("Number"), _("From"), _("To"), _("State")),
        *(_("Opened"), _("Taken"), _("Resolved"), _("Closed"), _("Reopened")),
        *(_("To take, h"), _("To resolve, h"), _("To answer, h"), _("In check, h")),
        *(_("In time"), _("Sent back"), _("Stars")),
    ]
    rows = [row(each, _) for each in found[:MOST]]
    if len(found) > MOST:
        said = _("There are more. Only the last {n} are listed: ask for a shorter time.")
        rows.append([said.format(n=MOST), *[None] * (len(columns) - 1)])
    return Sheet(_("Tickets"), columns, rows)


def row(each: Counted, _: Gettext) -> list[Cell]:
    """Return one ticket with its moments, its times and how good it was."""
    tally = each.tally
    kept = (_("no") if tally.late else _("yes")) if tally.promised and tally.closed_at else None
    return [
        *(each.number, each.upper or _("Clients"), each.party, ours(tally.state, _)),
        *(tally.opened_at, tally.taken_at, tally.resolved_at, tally.closed_at, tally.reopened_at),
        *(tally.to_take, tally.to_resolve, tally.to_answer, tally.in_check),
        *(kept, tally.returned, tally.stars),
    ]


def scorecards(found: Partners, _: Gettext) -> Sheet:
    """Return how partners do, ranked, and how one does oneself."""
    rows: list[list[Cell]] = [
        [
            each.place or None,
            for_whom(each, _),
            each.lower.name,
            sparkline(each.trend),
            *cells(each.totals),
        ]
        for each in (*found.below, *found.own)
    ]
    columns = [_("Place"), _("From"), _("To"), _("Trend of the share in time"), *names(_)]
    return Sheet(_("Scorecards"), columns, rows)


def names(_: Gettext) -> list[str]:
    """Return what the figures are called, in the order of ``cells``."""
    return [
        *(_("Opened"), _("Closed"), _("Reopened")),
        *(_("To take, half within, h"), _("To take, nine of ten within, h")),
        *(_("To resolve, half within, h"), _("To resolve, nine of ten within, h")),
        *(_("In check, half within, h"), _("In check, nine of ten within, h")),
        *(_("Promised for a time"), _("In time"), _("In time, %")),
        *(_("Sent back"), _("Sent back, %")),
        *(_("Rated"), _("Rating, of 5")),
    ]


def cells(totals: Totals) -> list[Cell]:
    """Return all figures."""
    spreads = (totals.to_take, totals.to_resolve, totals.in_check)
    rating = totals.rating
    return [
        *(totals.opened, totals.closed, totals.reopened),
        *(each for spread in spreads for each in (spread.median, spread.ninetieth)),
        *(totals.promised, totals.kept, in_percent(totals.in_time)),
        *(totals.reworked, in_percent(totals.rework)),
        *(totals.rated, None if rating is None else Decimal(rating).quantize(HUNDREDTH)),
    ]


def in_percent(share: float | None) -> Decimal | None:
    """Return a share as a number of percent."""
    return None if share is None else (Decimal(share) * PERCENT).quantize(TENTH)
