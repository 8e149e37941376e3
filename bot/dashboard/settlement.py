"""The page *settlement*: what a month comes to with each partner, and with one of them in full."""

from __future__ import annotations

from typing import Final

from bot.dashboard.pages import Asked, Missing, Page, Table, View
from relay import settlements, settling
from relay.months import Month, read
from relay.refusals import Amiss, BadPeriod
from relay.settlements import Settlement, other_end
from relay.sheets import Cell, Sheet

SHOWN: Final = 100  #: tickets whose lines are on the page; all are in the files


async def find(asked: Asked) -> View:
    """Show a month, the last one unless the address says; of all links, or of one."""
    _, party = asked._, asked.of
    now = Month.at(asked.store.now, party.timezone)
    month = wanted(asked.query.get("month", ""), now)
    over = await asked.over()
    facts = {
        "month": month,
        "name": settling.month_words(month, _),
        "sides": [(each, settling.month_words(each, _)) for each in (month.before, month.next)],
        "now": now,
        "over": over,
    }
    if over is None:
        found = await settlements.of_party(asked.store, party, month)
        links = [asked.to("settlement", month=month, over=each.link.id) for each in found]
        table = Table("partners", summary(asked, found), links)
        return View.of(_("Settlement"), table, **facts, said=[], partner="")
    one = await settlements.settlement(asked.store, over, month)
    first = None if "as" in asked.query else SHOWN
    costs = await settlements.lines_of(asked.store, one, first)
    sheets = settlements.sheets(one, costs, party, _)
    tables = [
        Table(name, each)
        for name, each in zip(("totals", "lines", "confirmations"), sheets, strict=True)
    ]
    said = [settling.said_words(each, one, party, _).plain for each in one.confirmations]
    standing = settling.standing_words(one, party, _)
    partner = other_end(one, party)
    facts |= {"said": [*said, standing] if standing else said, "partner": partner.name}
    more = sum(max(0, len(each) - SHOWN) for each in (one.tickets, one.disputed))
    return View.of(
        _("Settlement"), *tables, **facts, code=partner.code, more=settling.left_out(more, _)
    )


def wanted(words: str, now: Month) -> Month:
    """Return the month that an address names; without one the last that has ended.

    Raises:
        BadPeriod: it names none.
    """
    if not words.strip():
        return now.before
    found = read(words.strip(), now)
    if found is None:
        raise BadPeriod(words, Amiss.UNREAD)
    if found > now:
        raise Missing
    return found


def summary(asked: Asked, found: list[Settlement]) -> Sheet:
    """Return what a month comes to with each partner."""
    _, party = asked._, asked.of
    rows: list[list[Cell]] = [
        [
            other_end(each, party).name,
            _("you pay") if each.link.upper_id == party.id else _("you are paid"),
            sum(one.tickets for one in each.sums),
            settlements.total_words(each.sums, _),
            settling.disputed_words(each, _),
            settling.standing_words(each, party, _),
        ]
        for each in found
    ]
    columns = [_("Partner"), _("Who pays"), _("Tickets"), _("Total"), _("In dispute"), _("State")]
    return Sheet(_("Settlement"), columns, rows)


PAGE = Page("settlement", lambda _: _("Settlement"), find)
