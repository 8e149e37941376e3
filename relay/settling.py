"""Settling: how a settlement reads, as pages of a chat and as what the other end is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_date

from relay.channel import Act, Button, Post
from relay.costs import FREE, Costs
from relay.language import Gettext
from relay.months import Month, split
from relay.prices import line_words, priced
from relay.refusals import NotSettledWith
from relay.settlements import (
    Confirmed,
    Settled,
    Settlement,
    choice,
    leading,
    lines_of,
    link_of,
    month_of,
    named,
    of_party,
    other_end,
    settlement,
    sums_words,
    total_words,
    who_words,
)
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Party
from relay.text import Text, bold, fill, joined, lines, shortened

LONGEST: Final = 2600  #: characters of the tickets that a page shows; all are in the file
MOST: Final = 100  #: of those tickets: more have no room, however short
NAMED: Final = 10  #: tickets that are named as changed
LISTED: Final = 8  #: partners on one page
NAME: Final = 30  #: characters of a partner's name on a button


def month_words(month: Month, _: Gettext) -> str:
    """Return a month as people write it: ``November 2026``."""
    return str(format_date(date(month.year, month.number, 1), "LLLL y", locale=_.language))


# What leads ask for


async def asked(store: Store, speaker: Speaker, words: str, _: Gettext) -> Post:
    """Return what ``/settlement`` asks for: a month, the last one unless it is named; a partner.

    Raises:
        LeadsOnly, NotHere: who or where.
        NotSettledWith: nobody is called so.
    """
    party = leading(speaker)
    now = Month.at(store.now, party.timezone)
    month, partner = split(words, now)
    month = month or now.before
    found = await of_party(store, party, month)
    if partner:
        found = named(found, party, partner)
        if not found:
            raise NotSettledWith(partner)
    if len(found) == 1:
        return await page(store, found[0], party, now, _)
    return list_page(found, party, month, now, 0, _)


async def turned(store: Store, speaker: Speaker, link_id: int, index: int, _: Gettext) -> Post:
    """Return what a button asks for: a month of a link, or of all; below 0 the link is a page.

    Raises:
        LeadsOnly, NotHere: who or where.
    """
    party, month = leading(speaker), month_of(index)
    now = Month.at(store.now, party.timezone)
    if link_id > 0:
        link = await link_of(store, party, link_id)
        return await page(store, await settlement(store, link, month), party, now, _)
    return list_page(await of_party(store, party, month), party, month, now, -link_id, _)


def list_page(
    found: list[Settlement], party: Party, month: Month, now: Month, number: int, _: Gettext
) -> Post:
    """List what a month comes to with each partner."""
    number = max(0, min(number, (len(found) - 1) // LISTED))
    shown = found[number * LISTED : (number + 1) * LISTED]
    title = fill(_("🧾 Settlement · {month}"), month=bold(month_words(month, _)))
    if not found:
        nothing = _("There is no link with a tariff, so there is nothing to settle.")
        return Post(lines(title, nothing))
    buttons = [
        [
            Button(
                shortened(other_end(each, party).name, NAME), Act.SETTLE, each.link.id, month.index
            )
        ]
        for each in shown
    ]
    pages = [
        Button(arrow, Act.SETTLE, -to, month.index)
        for arrow, to in (("◀️", number - 1), ("▶️", number + 1))
        if 0 <= to <= (len(found) - 1) // LISTED
    ]
    entries = [entry(each, party, _) for each in shown]
    rows = [*buttons, pages, turns(0, month, now, _)]
    return Post(joined("\n\n", [title, *entries]), buttons=[each for each in rows if each])


def entry(found: Settlement, party: Party, _: Gettext) -> Text:
    """Return a partner in that list."""
    other = other_end(found, party)
    said = _("{partner} pays you {amount}")
    if found.link.upper_id == party.id:
        said = _("You pay {partner} {amount}")
    amount = sums_words([(each.currency, each.total) for each in found.sums], _)
    return lines(
        fill(said, partner=bold(other.name), amount=bold(amount)),
        disputed_words(found, _),
        standing_words(found, party, _),
    )


def disputed_words(found: Settlement, _: Gettext) -> str:
    """Say how much is in dispute."""
    if not found.disputed:
        return ""
    said = _.plural(
        "In dispute, not counted: {n} ticket, {amount}",
        "In dispute, not counted: {n} tickets, {amount}",
        len(found.disputed),
    )
    return said.format(amount=total_words(found.contested, _))


def standing_words(found: Settlement, party: Party, _: Gettext) -> str:
    """Say in a word who has agreed."""
    if not found.over:
        return _("The month has not ended yet.")
    if not found.tickets:
        return ""
    if found.agreed:
        return "✅ " + _("Both of you have confirmed it.")
    said = [each for each in found.confirmations if each.counts]
    if not said:
        return _("Nobody has confirmed it yet.")
    if said[0].party_id == party.id:
        return _("You have confirmed it, your partner has not.")
    return _("Your partner has confirmed it, you have not.")


def turns(about: int, month: Month, now: Month, _: Gettext) -> list[Button]:
    """Return the buttons that lead to the months beside this one."""
    found = [Button("⬅️ " + month_words(month.before, _), Act.SETTLE, about, month.before.index)]
    if month < now:
        found.append(Button(month_words(month.next, _) + " ➡️", Act.SETTLE, about, month.next.index))
    return found


async def page(store: Store, found: Settlement, party: Party, now: Month, _: Gettext) -> Post:
    """Show a month of a link to one of its ends."""
    link, costs = found.link, await lines_of(store, found, MOST)
    shown, rest = few(found.tickets, costs, LONGEST, _)
    disputed, more = few(found.disputed, costs, LONGEST // 4, _)
    parts: list[Text | str] = [
        lines(
            fill(_("🧾 Settlement · {month}"), month=bold(month_words(found.month, _))),
            fill(_("{lower} works for {upper}"), lower=link.lower.name, upper=link.upper.name),
        ),
        lines(*shown, left_out(rest, _)),
        lines(bold(disputed_words(found, _)), *disputed, left_out(more, _)),
        lines(*totals(found, _)),
        lines(*(said_words(each, found, party, _) for each in found.confirmations)),
        standing_words(found, party, _),
    ]
    rows = []
    if found.may_confirm(party):
        rows.append([Button("✅ " + _("Confirm"), Act.SETTLED, link.id, choice(found))])
    if found.tickets or found.disputed:
        label = "📄 " + _("As a spreadsheet")
        rows.append([Button(label, Act.SHEETS, link.id, found.month.index)])
    rows.append(turns(link.id, found.month, now, _))
    rows.append([Button(_("All partners"), Act.SETTLE, 0, found.month.index)])
    return Post(joined("\n\n", [each for each in parts if each]), buttons=rows)


def ticket_words(each: Settled, costs: Costs, _: Gettext) -> Text:
    """Return a ticket, with what it costs and why."""
    total = priced(each.total, each.currency, _)
    said = fill(
        _("{number} ({above}): {amount}"),
        number=bold(each.number),
        above=each.above,
        amount=bold(total),
    )
    return lines(said, joined("; ", [line_words(line, costs, _) for line in costs.lines]))


def few(
    tickets: Sequence[Settled], costs: Mapping[int, Costs], most: int, _: Gettext
) -> tuple[list[Text], int]:
    """Return as many tickets in words as fit, and how many are left out."""
    used, shown = 0, list[Text]()
    for each in tickets[:MOST]:
        words = ticket_words(each, costs.get(each.ticket_id, FREE), _)
        used += len(words.plain) + 1
        if used > most and shown:
            break
        shown.append(words)
    return shown, len(tickets) - len(shown)


def left_out(count: int, _: Gettext) -> str:
    """Say how many tickets are not shown."""
    if not count:
        return ""
    return _.plural(
        "{n} more ticket is in the spreadsheet.", "{n} more tickets are in the spreadsheet.", count
    )


def totals(found: Settlement, _: Gettext) -> list[Text]:
    """Return what it all comes to."""
    if not found.tickets:
        return [Text(_("No ticket that costs something was closed in this month."))]
    said = []
    for each in found.sums:
        if each.deducted:
            said.append(fill(_("Work: {amount}"), amount=priced(each.gross, each.currency, _)))
            minus = priced(-each.deducted, each.currency, _)
            said.append(fill(_("Deducted for late work: {amount}"), amount=minus))
        total = bold(priced(each.total, each.currency, _))
        tickets = _.plural("{n} ticket", "{n} tickets", each.tickets)
        said.append(fill(_("Total: {amount}, {tickets}"), amount=total, tickets=tickets))
    return said


def said_words(said: Confirmed, found: Settlement, reader: Party, _: Gettext) -> Text:
    """Say what one end has confirmed, and whether that counts still."""
    moment = _.date(said.at)
    amount = sums_words(sorted(said.totals.items()), _)
    who = who_words(said.party_id, said.person, found, reader)
    if said.counts:
        text = _("✅ {who} confirmed it on {moment} over {amount}.")
        return fill(text, who=who, moment=moment, amount=amount)
    numbers = ", ".join(said.changed[:NAMED])
    if len(said.changed) > NAMED:
        more = len(said.changed) - NAMED
        numbers += ", " + _.plural("{n} more", "{n} more", more)
    text = _(
        "⚠️ {who} confirmed it on {moment} over {amount}; since then changed: {numbers}. It has to "
        "be confirmed again."
    )
    if not found.tickets:
        text = _(
            "⚠️ {who} confirmed it on {moment} over {amount}; since then changed: {numbers}. "
            "Nothing of it counts any more, so there is nothing to confirm."
        )
    return fill(text, who=who, moment=moment, amount=amount, numbers=numbers)


async def told(store: Store, facts: Mapping[str, Any], reader: Party | None, _: Gettext) -> Post:
    """Tell one end of a link that the other has agreed to a month."""
    link = await store.link(facts["link"])
    if link is None or reader is None:
        return Post(Text())
    month, (party_id, person) = Month.of(facts["month"]), facts["by"]
    party = link.upper if party_id == link.upper_id else link.lower
    who = f"{party.name} ({person})" if person and link.names else party.name
    sums = sorted((currency, Decimal(each)) for currency, each in facts["totals"].items())
    said = fill(
        _("🧾 {who} has confirmed the settlement for {month}: {amount}."),
        who=who,
        month=month_words(month, _),
        amount=bold(sums_words(sums, _)),
    )
    then = _("A lead of this chat can confirm it as well.")
    if facts["agreed"]:
        then = _("Now both of you have.")
    show = Button(_("Show it"), Act.SETTLE, link.id, month.index)
    return Post(lines(said, then), buttons=[[show]])
