"""Prices: how what a ticket costs reads, for one of the two ends that it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, assert_never

from relay import charges
from relay.billing import DEDUCT, WAIVE
from relay.channel import Act, Button, Post
from relay.costs import Cost, Costs
from relay.language import Gettext
from relay.refusals import NoLines, NoSuchTicket
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Bill, Party, Question, Sort, Ticket
from relay.text import Text, bold, fill, joined, lines, shortened

LABEL = 30  #: characters of a button


def called(sort: Sort, what: str, _: Gettext) -> str:
    """Return what a line is for."""
    match sort:
        case Sort.CALLOUT:
            return _("Call-out")
        case Sort.HOUR:
            return _("Hours")
        case Sort.PENALTY:
            return _("Deducted, as it was late")
        case Sort.KIND | Sort.EXTRA:
            return what
        case _:
            assert_never(sort)


def priced(amount: Decimal, currency: str | None, _: Gettext) -> str:
    """Return an amount with its currency."""
    return f"{_.amount(amount)} {currency}" if currency else _.amount(amount)


def line_words(line: Cost, found: Costs, _: Gettext) -> Text:
    """Return a line: what for, how much of it, and what it comes to."""
    what, comes = called(line.sort, line.what, _), found.comes_to(line)
    if line.sort is Sort.PENALTY and not line.quantity:
        return fill(_("{what}: waived"), what=what)
    if comes is None:
        said = _("{what}: {quantity}, at what you agreed in words: {words}")
        words = line.agreed or priced(line.price or Decimal(), line.currency, _)
        return fill(said, what=what, quantity=_.number(line.quantity), words=words)
    if line.share:
        return fill(
            _("{what}: {share} = {amount}"),
            what=what,
            share=f"{_.number(line.share.percent)}%",
            amount=_.amount(comes),
        )
    if line.sort in {Sort.PENALTY, Sort.EXTRA} or (
        line.quantity == 1 and line.sort is not Sort.HOUR
    ):
        return fill(_("{name}: {value}"), name=what, value=_.amount(comes))
    return fill(
        _("{what}: {quantity} × {price} = {amount}"),
        what=what,
        quantity=_.number(line.quantity),
        price=_.amount(line.price or Decimal()),
        amount=_.amount(comes),
    )


async def lines_post(
    store: Store, reader: Ticket, of: Ticket, change: Mapping[str, Any] | None, _: Gettext
) -> Post | None:
    """Show what a ticket costs, to its own party or to the one above; None: nothing is to be paid.

    *change* is what was changed just now, if something was.
    """
    found, bill = await charges.of_ticket(store, of), await store.bill(of)
    if found is None or bill is None:
        return None
    if reader is of:
        head = fill(_("🧾 {number} · What it costs"), number=bold(of.number))
    else:
        head = fill(
            _("🧾 {number} · What {lower} of {party} costs"),
            number=bold(reader.number),
            lower=of.number,
            party=of.party.name,
        )
    total = fill(_("Total: {amount}"), amount=bold(priced(found.total, found.currency, _)))
    nothing = "" if found.lines else _("None of the prices that you agreed on is for this ticket.")
    text = joined(
        "\n\n",
        [
            lines(head, await changed(store, reader.party, of, change, _) if change else ""),
            lines(*(line_words(each, found, _) for each in found.lines), nothing, total),
            state_words(of, bill, _),
        ],
    )
    return Post(text, buttons=[*buttons(reader, of, found, _)] if of.open else [])


async def of_chat(store: Store, speaker: Speaker, ticket: Ticket, _: Gettext) -> list[Post]:
    """Return what a ticket of the speaker's party costs, and what each right below it does.

    Raises:
        NoSuchTicket: it is another party's.
        NoLines: nothing is to be paid, as yet.
    """
    own = ticket if speaker.party and ticket.party_id == speaker.party.id else ticket.upper
    if own is None or speaker.party is None or own.party_id != speaker.party.id:
        raise NoSuchTicket
    asked = [own, *own.lowers] if own is ticket else [ticket]
    found = [await lines_post(store, own, each, None, _) for each in asked]
    if posts := [each for each in found if each]:
        return posts
    raise NoLines(ticket.number)


def state_words(of: Ticket, bill: Bill, _: Gettext) -> str:
    """Say whether the lines count, and whether they can be corrected."""
    if bill.disputed:
        return _("It is in dispute, and counts again once the ticket is closed.")
    if of.open:
        return _("It can be corrected until the result is accepted.")
    if bill.closed_at:
        return _("The ticket is closed, so this stays as it is.")
    return _("The ticket was recalled or cancelled, so nothing is to be paid.")


def buttons(reader: Ticket, of: Ticket, found: Costs, _: Gettext) -> Iterator[list[Button]]:
    """Yield the buttons that correct each line, and one that adds something."""
    for number, line in enumerate(found.lines):
        if line.sort is not Sort.PENALTY:
            what = shortened(called(line.sort, line.what, _), LABEL)
            yield [Button("✏️ " + what, Act.FIX, of.id, number)]
        elif reader is not of:
            label, way = _("Deduct after all"), DEDUCT
            if line.quantity:
                label, way = _("Waive the deduction"), WAIVE
            yield [Button("✖️ " + label, Act.FIX, of.id, way + number)]
    yield [Button("➕ " + _("Something else"), Act.EXTRA, of.id)]


async def changed(
    store: Store, reader: Party, of: Ticket, told: Mapping[str, Any], _: Gettext
) -> Text:
    """Say what was changed, and by whom: of others, it is their company."""
    party_id, person = told["by"]
    party = await store.party(party_id) if party_id else None
    who = party.name if party else "–"
    if person and party and party.id == reader.id:
        who = person
    elif person and of.link and of.link.names:
        who = f"{person} ({who})"
    what = called(Sort(told["sort"]), told["what"], _)
    if "before" not in told:
        said = _("{who} has added: {what}, {after}")
        return fill(said, who=who, what=what, after=_.amount(Decimal(told["after"])))
    if told["sort"] == Sort.PENALTY:
        waived = _("{who} waives the deduction.")
        made = _("{who} wants the deduction after all.")
        return fill(made if Decimal(told["after"]) else waived, who=who)
    number = _.amount if told["sort"] == Sort.EXTRA else _.number
    return fill(
        _("{who} has changed {what}: {before} → {after}"),
        who=who,
        what=what,
        before=number(Decimal(told["before"])),
        after=bold(number(Decimal(told["after"]))),
    )


async def ask_words(store: Store, asked: Question, ticket: Ticket, which: str, _: Gettext) -> Text:
    """Ask how much of something there was; *which* is the number of a line, or none."""
    found = await charges.of_ticket(store, ticket)
    if found is None or not which.isdecimal():
        said = _(
            "{number} · What else is to be paid, and how much? Write it like this: spare part 1200"
        )
        return fill(said, number=bold(ticket.number))
    line = found.lines[int(which)]
    what = called(line.sort, line.what, _)
    if line.sort is Sort.EXTRA:
        said = _("{number} · How much is to be paid for “{what}”? Now: {now}")
        now = priced(line.price or Decimal(), line.currency, _)
    elif line.sort is Sort.HOUR:
        said = _("{number} · How many hours were worked? Now: {now}")
        now = _.number(line.quantity)
    else:
        said = _("{number} · How many times is “{what}” to be paid? Now: {now}")
        now = _.number(line.quantity)
    return fill(said, number=bold(ticket.number), what=what, now=now)
