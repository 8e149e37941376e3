"""Settlements: what a month of a link comes to, and that both ends agree to it.

A ticket belongs to the month in which it was closed last, in the time zone of the upper: so both
ends see the same. What is in dispute stands apart and is not summed. A month is agreed on when it
has ended; what each end has confirmed counts as long as none of its bills has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from typing import Final, NamedTuple

from relay import costs, outbox
from relay.costs import NOTHING, Cost, Costs
from relay.language import Gettext
from relay.months import Month, known
from relay.outbox import Notice
from relay.prices import called, priced
from relay.refusals import Already, LeadsOnly, NotHere, NotOver, Overtaken
from relay.sheets import Cell, Sheet
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Confirmation, Link, Party, Sort, Standing

MARKS: Final = 2**20  #: a button names a month and what it showed: ``month * MARKS + mark``


class Settled(NamedTuple):
    """One ticket of a month, with what its lines come to."""

    ticket_id: int
    number: str  #: the lower's
    above: str  #: the number of the upper's own ticket
    closed_at: datetime
    disputed: bool
    currency: str | None  #: none: no line has an amount
    gross: Decimal
    deducted: Decimal
    digest: str  #: of its lines

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.gross - self.deducted


@dataclass(frozen=True)
class Sum:
    """What tickets come to in one currency."""

    currency: str
    tickets: int
    gross: Decimal
    deducted: Decimal

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.gross - self.deducted


@dataclass(frozen=True)
class Confirmed:
    """What one end said last, and whether it counts still."""

    party_id: int
    person: str | None
    at: datetime
    totals: dict[str, Decimal]
    changed: tuple[str, ...]  #: the tickets that are not what they were; none: it counts

    @property
    def counts(self) -> bool:
        """Whether all is as it was."""
        return not self.changed


@dataclass(frozen=True)
class Settlement:
    """A month of a link."""

    link: Link
    month: Month
    over: bool  #: whether the month has ended, and can be agreed on
    tickets: tuple[Settled, ...]  #: that count, in the order in which they were closed
    disputed: tuple[Settled, ...]
    confirmations: tuple[Confirmed, ...]  #: the last one of each end, the upper's first

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """What is to be paid, by currency: one, unless the tariff has changed to another."""
        return summed(self.tickets)

    @cached_property
    def contested(self) -> tuple[Sum, ...]:
        """What is in dispute, by currency."""
        return summed(self.disputed)

    @cached_property
    def bills(self) -> dict[str, str]:
        """How each ticket is that counts, by its number."""
        return {each.number: each.digest for each in self.tickets}

    @cached_property
    def digest(self) -> str:
        """Two with one digest have the same tickets, and they cost the same."""
        return blake2b(repr(sorted(self.bills.items())).encode(), digest_size=16).hexdigest()

    @property
    def mark(self) -> int:
        """A little of the digest, as a button holds it."""
        return int(self.digest[:5], 16) % MARKS

    def confirmed(self, party_id: int) -> Confirmed | None:
        """Return what one end said last."""
        return next((each for each in self.confirmations if each.party_id == party_id), None)

    def may_confirm(self, party: Party) -> bool:
        """Say whether there is something that an end has yet to agree to."""
        said = self.confirmed(party.id)
        return self.over and bool(self.tickets) and not (said and said.counts)

    @property
    def agreed(self) -> bool:
        """Whether both ends have said that it is right."""
        return len(self.confirmations) == 2 and all(each.counts for each in self.confirmations)


def summed(tickets: Iterable[Settled]) -> tuple[Sum, ...]:
    """Return what tickets come to, by currency."""
    found: dict[str, list[Settled]] = {}
    for each in tickets:
        if each.currency:
            found.setdefault(each.currency, []).append(each)
    return tuple(
        Sum(
            currency,
            len(of),
            sum((each.gross for each in of), NOTHING),
            sum((each.deducted for each in of), NOTHING),
        )
        for currency, of in sorted(found.items())
    )


async def settlement(store: Store, link: Link, month: Month) -> Settlement:
    """Return what a month of a link comes to, as of now."""
    begin, until = bounds(link, month)
    tickets = [Settled(*each) for each in await store.billed_between(link, begin, until)]
    if not all(each.digest for each in tickets):
        tickets = await recounted(store, tickets)
    counted = tuple(each for each in tickets if not each.disputed)
    latest = {each.party_id: each for each in await store.confirmations(link, month.index)}
    bills = {each.number: each.digest for each in counted} if latest else {}
    return Settlement(
        link,
        month,
        store.now >= until,
        counted,
        tuple(each for each in tickets if each.disputed),
        tuple(read(latest[end], bills) for end in (link.upper_id, link.lower_id) if end in latest),
    )


def bounds(link: Link, month: Month) -> tuple[datetime, datetime]:
    """Return when a month of a link begins, and when the next one does."""
    zone = link.upper.timezone
    return month.begin(zone), month.until(zone)


async def recounted(store: Store, tickets: Sequence[Settled]) -> list[Settled]:
    """Sum those up that were billed by a version that kept no sums."""
    bare = {each.ticket_id for each in tickets if not each.digest}
    rows = await store.charges(bare)
    found = {each: costs.read(rows.get(each, ())) for each in bare}
    return [
        each._replace(currency=of.currency, gross=of.gross, deducted=of.deducted, digest=of.digest)
        if (of := found.get(each.ticket_id))
        else each
        for each in tickets
    ]


async def lines_of(
    store: Store, found: Settlement, first: int | None = None
) -> Mapping[int, Costs]:
    """Return the lines of the *first* tickets that count, and that are in dispute; else of all.

    They are by the tickets' ids.
    """
    if first is None:
        rows = await store.charges_between(found.link, *bounds(found.link, found.month))
    else:
        shown = (*found.tickets[:first], *found.disputed[:first])
        rows = await store.charges([each.ticket_id for each in shown])
    return {ticket_id: costs.read(each) for ticket_id, each in rows.items()}


def read(said: Confirmation, bills: dict[str, str]) -> Confirmed:
    """Return a confirmation, as things are now."""
    changed = [
        number for number in {**said.bills, **bills} if said.bills.get(number) != bills.get(number)
    ]
    return Confirmed(
        said.party_id,
        said.person.name if said.person else None,
        said.at,
        {currency: Decimal(amount) for currency, amount in said.totals.items()},
        tuple(sorted(changed, key=lambda each: (len(each), each))),
    )


def leading(speaker: Speaker) -> Party:
    """Return the party that somebody leads: reports on money are for leads.

    Raises:
        NotHere, LeadsOnly: they lead none.
    """
    if speaker.party is None:
        raise NotHere
    if not speaker.lead:
        raise LeadsOnly
    return speaker.party


def month_of(index: int) -> Month:
    """Return the month that a button names.

    Raises:
        NotHere: none of ours does.
    """
    month = Month.of(index) if index > 0 else None
    if month is None or known(month.year, month.number) is None:
        raise NotHere
    return month


async def link_of(store: Store, party: Party, link_id: int) -> Link:
    """Return a link of a party, perhaps one that has ended.

    Raises:
        NotHere: there is none, or it is none of theirs.
    """
    link = await store.link(link_id)
    if link is None or party.id not in {link.upper_id, link.lower_id}:
        raise NotHere
    return link


async def of_party(store: Store, party: Party, month: Month) -> list[Settlement]:
    """Return a month of all links of a party over which something was, or is to be, paid."""
    found = [await settlement(store, link, month) for link in await store.links_ever(party)]
    return [each for each in found if each.tickets or each.disputed or paid(each.link)]


def paid(link: Link) -> bool:
    """Say whether work over a link is to be paid."""
    return bool(link.tariff) and link.standing is not Standing.ENDED


def choice(found: Settlement) -> int:
    """Return how a button names a month as it was shown."""
    return found.month.index * MARKS + found.mark


async def confirm(store: Store, by: Speaker, link_id: int, shown: int) -> Settlement:
    """Agree, as one end of a link, to what a month came to; *shown* is what the button named.

    What is in dispute is no part of it.

    Raises:
        LeadsOnly, NotHere: who or where.
        NotOver: the month has not ended.
        Already: this end has, and nothing has changed since.
        Overtaken: it is not as it was shown any more.
    """
    party = leading(by)
    link = await link_of(store, party, link_id)
    index, mark = divmod(shown, MARKS)
    found = await settlement(store, link, month_of(index))
    if not found.over:
        raise NotOver
    said = found.confirmed(party.id)
    if said and said.counts:
        raise Already
    if mark != found.mark or not found.tickets:
        raise Overtaken
    made = Confirmation(
        bot=store.bot,
        link_id=link.id,
        month=found.month.index,
        party_id=party.id,
        person=by.person,
        at=store.now,
        totals={each.currency: str(each.total) for each in found.sums},
        bills=found.bills,
        digest=found.digest,
    )
    await store.add(made)
    other = link.lower if link.upper_id == party.id else link.upper
    theirs = found.confirmed(other.id)
    outbox.notice(
        store,
        Notice.SETTLED,
        str(made.id),
        other.place,
        None,
        link=link.id,
        month=found.month.index,
        by=[party.id, by.person.name if by.person else None],
        totals=made.totals,
        agreed=bool(theirs and theirs.counts),
    )
    return found


def other_end(found: Settlement, party: Party) -> Party:
    """Return with whom it is to be settled."""
    return found.link.lower if found.link.upper_id == party.id else found.link.upper


def named(found: Sequence[Settlement], party: Party, words: str) -> list[Settlement]:
    """Return those with the partner that words name: by code or name, else by a part of it."""
    wanted = words.casefold()
    ends = [(each, other_end(each, party)) for each in found]
    exact = [each for each, end in ends if wanted in {end.code.casefold(), end.name.casefold()}]
    return exact or [each for each, end in ends if wanted in end.name.casefold()]


# In words, and as tables to take along


def total_words(sums: Iterable[Sum], _: Gettext) -> str:
    """Return what is to be paid, each amount with its currency."""
    return sums_words([(each.currency, each.total) for each in sums], _)


def sums_words(sums: Iterable[tuple[str, Decimal]], _: Gettext) -> str:
    """Return amounts, each with its currency."""
    found = [priced(amount, currency, _) for currency, amount in sums]
    return ", ".join(found) or _("nothing")


def who_words(party_id: int, person: str | None, found: Settlement, reader: Party) -> str:
    """Name who said something: people of the other company by name only where that was agreed."""
    link = found.link
    party = link.upper if party_id == link.upper_id else link.lower
    if person and (link.names or party.id == reader.id):
        return f"{person} ({party.name})"
    return party.name


def sheets(found: Settlement, costs: Mapping[int, Costs], reader: Party, _: Gettext) -> list[Sheet]:
    """Return a month of a link as tables: its totals, its lines, and who has agreed to it.

    Lines are of the tickets whose *costs* are given, by their ids.
    """
    said = said_sheet(found, reader, _)
    return [total_sheet(found, _), line_sheet(found, costs, reader, _), said]


def total_sheet(found: Settlement, _: Gettext) -> Sheet:
    """Return the totals, a row for each currency; what is in dispute has rows of its own."""
    link = found.link
    ends: list[Cell] = [str(found.month), link.upper.name, link.lower.name]
    rows: list[list[Cell]] = [
        [*ends, state, each.currency, each.tickets, each.gross, -each.deducted, each.total]
        for state, sums in ((_("counts"), found.sums), (_("in dispute"), found.contested))
        for each in sums
    ]
    columns = [_("Month"), _("Who pays"), _("Who works"), _("State"), _("Currency"), _("Tickets")]
    return Sheet(_("Totals"), [*columns, _("Work"), _("Deductions"), _("Total")], rows)


def line_sheet(found: Settlement, costs: Mapping[int, Costs], reader: Party, _: Gettext) -> Sheet:
    """Return every line of the tickets whose *costs* are given."""
    columns = [_("Ticket"), _("Passed on from"), _("Closed"), _("State"), _("What")]
    columns += [_("Quantity"), _("Price"), _("Agreed"), _("Amount"), _("Currency")]
    columns += [_("Said by"), _("Said on")]
    rows: list[list[Cell]] = [
        [
            each.number,
            each.above,
            each.closed_at,
            _("in dispute") if each.disputed else _("counts"),
            called(line.sort, line.what, _),
            line.quantity,
            line.price,
            line.agreed,
            of.comes_to(line),
            line.currency or each.currency,
            by_words(line, found, reader, _),
            line.at,
        ]
        for each in (*found.tickets, *found.disputed)
        if (of := costs.get(each.ticket_id))
        for line in of.lines
    ]
    return Sheet(_("Lines"), columns, rows)


def by_words(line: Cost, found: Settlement, reader: Party, _: Gettext) -> str:
    """Say where a line comes from."""
    if line.party_id is not None:
        return who_words(line.party_id, line.person, found, reader)
    return _("the log") if line.sort is Sort.HOUR else _("the tariff")


def said_sheet(found: Settlement, reader: Party, _: Gettext) -> Sheet:
    """Return who has agreed to it."""
    rows: list[list[Cell]] = [
        [
            who_words(each.party_id, each.person, found, reader),
            each.at,
            sums_words(sorted(each.totals.items()), _),
            ", ".join(each.changed),
        ]
        for each in found.confirmations
    ]
    columns = [_("Confirmed by"), _("Confirmed on"), _("Amount"), _("Changed since")]
    return Sheet(_("Confirmations"), columns, rows)
