"""Costs: what the lines of a ticket come to, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from relay import money
from relay.holding import Phase, spent
from relay.money import Money, Share, cents
from relay.tables import Case, Event, Sort

NOTHING: Final = Decimal()
QUARTER: Final = timedelta(minutes=15)
OWN: Final = (Phase.WORKING, Phase.REWORK)  #: time that a party works itself


class Cost(NamedTuple):
    """A line as it stands: how much of what, and who said so last."""

    sort: Sort
    what: str
    quantity: Decimal
    price: Decimal | None
    currency: str | None
    agreed: str | None  #: in place of a price
    party_id: int | None  #: none: the terms, or the log
    person: str | None
    at: datetime

    @property
    def share(self) -> Share | None:
        """The part of all other lines that is deducted, if it is one."""
        found = money.penalty(self.agreed or "") if self.sort is Sort.PENALTY else None
        return found if isinstance(found, Share) else None

    @property
    def amount(self) -> Decimal | None:
        """What it comes to by itself; None: that cannot be counted."""
        return None if self.price is None else cents(self.quantity * self.price)


@dataclass(frozen=True)
class Costs:
    """The lines of a ticket, in the order in which they came."""

    lines: tuple[Cost, ...]

    @property
    def currency(self) -> str | None:
        """Of all amounts; None: there is none."""
        return self._sums[0]

    @property
    def gross(self) -> Decimal:
        """What the work costs, before anything is deducted."""
        return self._sums[1]

    @property
    def deducted(self) -> Decimal:
        """What is deducted, and never more than the work costs."""
        return -sum((self.comes_to(each) or NOTHING for each in self._deductions), NOTHING)

    @cached_property
    def _sums(self) -> tuple[str | None, Decimal]:
        currency, gross = None, NOTHING
        for each in self.lines:
            currency = currency or each.currency
            if each.price is not None and each.sort is not Sort.PENALTY:
                gross += each.amount or NOTHING
        return currency, gross

    @property
    def _deductions(self) -> list[Cost]:
        return [each for each in self.lines if each.sort is Sort.PENALTY]

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.gross - self.deducted

    @cached_property
    def digest(self) -> str:
        """Two with one digest cost the same, for the same."""
        looks = [
            (each.sort, each.what, each.quantity, each.price, each.currency, each.agreed)
            for each in self.lines
        ]
        return blake2b(repr(looks).encode(), digest_size=6).hexdigest()

    def comes_to(self, line: Cost) -> Decimal | None:
        """Return what a line adds to the total; None: it is in words alone."""
        if line.sort is not Sort.PENALTY:
            return line.amount
        if line.share:
            return -line.share.of(self.gross) if line.quantity else NOTHING
        if line.amount is None or line.currency not in {None, self.currency}:
            return None
        return -min(line.amount, self.gross)


FREE: Final = Costs(())


def newest(lines: Iterable[Cost]) -> Costs:
    """Return what counts of all that was ever said about a ticket, in order."""
    found: dict[tuple[Sort, str], Cost] = {}
    for each in lines:
        found[each.sort, each.what] = each
    return Costs(tuple(found.values()))


def read(rows: Iterable[Sequence[Any]]) -> Costs:
    """Return what counts of rows as ``store.charges`` has them."""
    return newest(Cost(*each[1:]) for each in rows)


def hours(case: Case, events: Sequence[Event], ticket_id: int, now: datetime) -> Decimal:
    """Return how long a ticket's party worked itself, to the next quarter of an hour.

    It is the time in which it had the move, rework included: as ``/status`` shows it.
    """
    log = [(each.at, each.ticket_id, each.after) for each in events]
    uppers = {each.id: each.upper_id for each in case.tickets}
    held = spent(log, uppers, now).get(ticket_id, {})
    worked = sum((held.get(phase, timedelta()) for phase in OWN), timedelta())
    return Decimal(-(-worked // QUARTER)) / 4


def sort_of(what: str) -> Sort:
    """Return what a price of a tariff is for."""
    return {"callout": Sort.CALLOUT, "hour": Sort.HOUR}.get(what.casefold(), Sort.KIND)


def priced(agreed: str) -> tuple[Decimal | None, str | None, str | None]:
    """Return price and currency of what was agreed, or its words if they are neither."""
    found = money.penalty(agreed) or money.price(agreed)
    if isinstance(found, Money):
        return found.amount, found.currency, None
    return None, None, agreed
