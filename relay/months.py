"""Months: the periods that are settled, as people name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

#: In either language, whole or shortened, in the cases that sentences put them into.
NAMES: Final = tuple(
    re.compile(rf"(?:{english}|{russian})\.?")
    for english, russian in (
        ("jan(?:uary)?", "янв(?:ар[ьяе])?"),
        ("feb(?:ruary)?", "фев(?:рал[ьяе])?"),
        ("mar(?:ch)?", "мар(?:т[ае]?)?"),
        ("apr(?:il)?", "апр(?:ел[ьяе])?"),
        ("may", "ма[йяе]"),
        ("june?", "июн[ьяе]?"),
        ("july?", "июл[ьяе]?"),
        ("aug(?:ust)?", "авг(?:уст[ае]?)?"),
        ("sept?(?:ember)?", "сент?(?:ябр[ьяе])?"),
        ("oct(?:ober)?", "окт(?:ябр[ьяе])?"),
        ("nov(?:ember)?", "ноя(?:бр[ьяе])?"),
        ("dec(?:ember)?", "дек(?:абр[ьяе])?"),
    )
)
LAST: Final = re.compile(r"(?:last|previous)(?: month)?|прошл(?:ый|ого|ом)(?: месяц[ае]?)?")
THIS: Final = re.compile(r"(?:this|current)(?: month)?|(?:этот|этом|текущ(?:ий|ем))(?: месяце?)?")
YEAR_FIRST: Final = re.compile(r"(\d{4})[-./](\d{1,2})", re.ASCII)
YEAR_LAST: Final = re.compile(r"(\d{1,2})[-./](\d{4})", re.ASCII)
YEAR: Final = re.compile(r"(.+?) (\d{4})(?: ?г\.?| года)?", re.ASCII)
YEARS: Final = range(2000, 2200)  #: that a month may be of
WORDS: Final = 3  #: of the longest name: ``ноябрь 2026 года``


@dataclass(frozen=True, order=True)
class Month:
    """A month of some year; when it begins and ends is a matter of the time zone."""

    year: int
    number: int  #: 1 to 12

    @property
    def index(self) -> int:
        """How many months have passed since year 0."""
        return self.year * 12 + self.number - 1

    @classmethod
    def of(cls, index: int) -> Month:
        """Return the month with an index."""
        return cls(index // 12, index % 12 + 1)

    @classmethod
    def at(cls, moment: datetime, zone: str) -> Month:
        """Return the month that it is somewhere."""
        here = moment.astimezone(ZoneInfo(zone))
        return cls(here.year, here.month)

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month.of(self.index + 1)

    @property
    def before(self) -> Month:
        """The month before it."""
        return Month.of(self.index - 1)

    def begin(self, zone: str) -> datetime:
        """Return when it begins somewhere."""
        return datetime(self.year, self.number, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def until(self, zone: str) -> datetime:
        """Return when it has ended somewhere."""
        return self.next.begin(zone)

    def __str__(self) -> str:
        """Return it as files are named."""
        return f"{self.year}-{self.number:02}"


def read(words: str, now: Month) -> Month | None:
    """Return the month that words name; without a year, the latest that has begun."""
    said = words.casefold().removeprefix("в ").strip()
    if LAST.fullmatch(said):
        return now.before
    if THIS.fullmatch(said):
        return now
    for form, year, number in ((YEAR_FIRST, 1, 2), (YEAR_LAST, 2, 1)):
        if found := form.fullmatch(said):
            return known(int(found[year]), int(found[number]))
    dated = YEAR.fullmatch(said)
    name = dated[1] if dated else said
    number = next((place for place, each in enumerate(NAMES, 1) if each.fullmatch(name)), 0)
    if not number:
        return None
    if dated:
        return known(int(dated[2]), number)
    return Month(now.year - (number > now.number), number)


def known(year: int, number: int) -> Month | None:
    """Return a month that can be meant."""
    return Month(year, number) if year in YEARS and 1 <= number <= 12 else None


def split(words: str, now: Month) -> tuple[Month | None, str]:
    """Return the month that words begin or end with, and the rest of them."""
    each = words.split()
    for many in range(min(WORDS, len(each)), 0, -1):
        for part, rest in ((each[:many], each[many:]), (each[-many:], each[:-many])):
            if found := read(" ".join(part), now):
                return found, " ".join(rest)
    return None, " ".join(each)
