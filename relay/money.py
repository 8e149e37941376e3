"""Money: amounts in a currency, read strictly and counted exactly; nothing here is a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

CENT: Final = Decimal("0.01")
MOST: Final = Decimal("999999999.99")  #: of one amount

AMOUNT: Final = r"\d{1,9}(?:\.\d{1,2})?"
PRICE: Final = re.compile(rf"({AMOUNT}) ([A-Z]{{3}})", re.ASCII)
SHARE: Final = re.compile(rf"({AMOUNT})%", re.ASCII)
NUMBER: Final = re.compile(AMOUNT, re.ASCII)

#: How people write numbers. Thousands apart by one sign, cents by the other: only then it is clear
#: which is which.
WRITTEN: Final = re.compile(
    r"(?:\d{1,3}(?:\s\d{3})+|\d+)(?:[.,]\d{1,2})?"
    r"|\d{1,3}(?:,\d{3})+\.\d{1,2}|\d{1,3}(?:\.\d{3})+,\d{1,2}"
)

#: How people write currencies, beside their three letters.
SIGNS: Final = {
    "₽": "RUB",
    "руб": "RUB",
    "руб.": "RUB",
    "рубль": "RUB",
    "рубля": "RUB",
    "рублей": "RUB",
    "р": "RUB",
    "р.": "RUB",
    "€": "EUR",
    "евро": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "$": "USD",
    "₸": "KZT",
    "тенге": "KZT",
}


@dataclass(frozen=True)
class Money:
    """An amount in a currency, which has three capitals."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """Return it as the chain file says it."""
        return f"{plain(self.amount)} {self.currency}"


@dataclass(frozen=True)
class Share:
    """A part of a sum, in percent."""

    percent: Decimal

    def of(self, amount: Decimal) -> Decimal:
        """Return that part, to the cent: half a cent is a whole one."""
        return cents(amount * self.percent / 100)

    def __str__(self) -> str:
        """Return it as the chain file says it."""
        return f"{plain(self.percent)}%"


def cents(amount: Decimal) -> Decimal:
    """Round an amount to the cent; half a cent is a whole one."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """Return a number as it is written in files: without what says nothing."""
    return f"{number:.2f}".removesuffix(".00")


@lru_cache(1000)
def price(words: str) -> Money | None:
    """Read ``2500 RUB``, or ``12.50 EUR``; None: it is no price."""
    found = PRICE.fullmatch(words)
    return Money(Decimal(found[1]), found[2]) if found else None


@lru_cache(1000)
def penalty(words: str) -> Money | Share | None:
    """Read ``500 RUB`` or ``10%``; None: it is neither, or more than all, or nothing."""
    if found := SHARE.fullmatch(words):
        share = Share(Decimal(found[1]))
        return share if 0 < share.percent <= 100 else None
    agreed = price(words)
    return agreed if agreed and agreed.amount else None


def number(words: str) -> Decimal | None:
    """Read a number as people write it: ``2.5``, ``2,5``, ``1 200``, ``1,200.50``; None: none."""
    said = words.strip()
    if not WRITTEN.fullmatch(said):
        return None
    found = re.sub(r"\s|[.,](?=.*[.,])", "", said).replace(",", ".")
    return Decimal(found) if NUMBER.fullmatch(found) else None


def tidied(words: str) -> str:
    """Return a price that was written as people write it, as the chain file says it."""
    found = re.fullmatch(r"(\d[\d\s.,]*?)\s*([^\d\s.,]+\.?)", words.strip())
    amount = number(found[1]) if found else None
    if found is None or amount is None:
        return words.strip()
    sign = found[2]
    if sign == "%":
        return str(Share(amount))
    return f"{plain(amount)} {SIGNS.get(sign.lower(), sign.upper())}"
