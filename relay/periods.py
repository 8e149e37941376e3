"""Periods: whole days for which somebody wants figures, and those which they are compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from relay import months as calendar
from relay.refusals import Amiss, BadPeriod

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
MONTH: Final = 31  #: days that one has at most
MOST: Final = 366  #: days of a period
EPOCH: Final = date(1970, 1, 1)
STEP: Final = 1000  #: more than there are days in one


class Span(StrEnum):
    """Periods that have names; all of them end today, but for those that are over."""

    DAYS = "days"  #: the last seven
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"  #: since Monday
    LAST_WEEK = "last week"
    MONTH = "month"
    LAST_MONTH = "last month"
    YEAR = "year"
    LAST_YEAR = "last year"


NAMES: Final = {
    **{span.value: span for span in Span if span is not Span.DAYS},
    "сегодня": Span.TODAY,
    "вчера": Span.YESTERDAY,
    "неделя": Span.WEEK,
    "неделю": Span.WEEK,
    "прошлая неделя": Span.LAST_WEEK,
    "прошлую неделю": Span.LAST_WEEK,
    "месяц": Span.MONTH,
    "прошлый месяц": Span.LAST_MONTH,
    "год": Span.YEAR,
    "прошлый год": Span.LAST_YEAR,
}
SIDE: Final = (
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}-\d{1,2}"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})|\d{1,2}\.\d{4}|\d{1,2}\.\d{1,2}|\d{4})"
)
NAMED: Final = "|".join(name.replace(" ", r"\s+") for name in sorted(NAMES, key=len)[::-1])
#: A month by its name, perhaps with a year: ``march``, ``в марте``, ``ноябрь 2026``.
CALLED: Final = (
    rf"(?:(?:in|в)\s+)?(?:{'|'.join(each.pattern for each in calendar.NAMES)})(?:\s+\d{{4}})?"
)
WRITTEN: Final = rf"(?:{NAMED}|{CALLED}|{SIDE}(?:\s*(?:\.\.|…|–|—|-)\s*{SIDE})?)"
FIRST: Final = re.compile(rf"{WRITTEN}(?=\s|$)", re.IGNORECASE)
LAST: Final = re.compile(rf"(?<=\s){WRITTEN}$", re.IGNORECASE)
SIDES: Final = re.compile(SIDE)


@dataclass(frozen=True)
class Period:
    """Whole days, as a party counts them where it is."""

    begin: date
    end: date  #: the first day that is not part of it any more

    @property
    def days(self) -> int:
        """How many."""
        return (self.end - self.begin).days

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.end - DAY

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """Return when it begins, and when it is over, by the clocks of *zone*."""
        here = ZoneInfo(zone)
        begin, end = (
            datetime.combine(each, time(), here).astimezone(UTC) for each in (self.begin, self.end)
        )
        return begin, end

    @property
    def before(self) -> Period:
        """The same days of the week, the month or the year before; else as many right before.

        So what is not over yet is compared with as much of what is, and a day with the same day of
        the week. Of several whole months it is as many months.
        """
        if self.days == 1 or (self.begin.weekday() == 0 and self.end - self.begin <= WEEK):
            return Period(self.begin - WEEK, self.end - WEEK)
        if self.begin.day != 1:
            return Period(self.begin - (self.end - self.begin), self.begin)
        whole = self.end.day == 1
        back = months(self.begin, self.end) + (not whole)
        if self.begin.month == 1 and self.days > MONTH:
            back = 12
        begin = shifted(self.begin, -back)
        if whole:
            return Period(begin, shifted(self.end, -back))
        return Period(begin, min(begin + (self.end - self.begin), self.begin))

    def back(self, count: int) -> list[Period]:
        """Return that many periods, of which this is the last."""
        found = [self]
        while len(found) < count:
            found.insert(0, found[0].before)
        return found

    @property
    def packed(self) -> int:
        """It as a number that goes onto a button."""
        return (self.begin - EPOCH).days * STEP + self.days

    @classmethod
    def unpacked(cls, number: int, today: date) -> Period:
        """Return what was packed.

        Raises:
            BadPeriod: it never was.
        """
        begin, days = divmod(number, STEP)
        if not 0 <= begin <= (today - EPOCH).days or not 0 < days <= MOST:
            raise BadPeriod("", Amiss.UNREAD)
        return cls(EPOCH + begin * DAY, EPOCH + (begin + days) * DAY)


def months(begin: date, end: date) -> int:
    """Return how many months lie between the months of two days."""
    return (end.year - begin.year) * 12 + end.month - begin.month


def shifted(first: date, count: int) -> date:
    """Return the first day of a month so many months after that of another one."""
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    return date(year, month + 1, 1)


def today(now: datetime, zone: str) -> date:
    """Return which day it is."""
    return now.astimezone(ZoneInfo(zone)).date()


def split(words: str, day: date) -> tuple[Period, str]:
    """Return the period that words begin or end with, and what else they say.

    Without one it is the last seven days, *day* among them.

    Raises:
        BadPeriod: no figures can be told of it.
    """
    words = words.strip()
    found = FIRST.match(words) or LAST.search(words)
    if found is None:
        return named(Span.DAYS, day), words
    rest = words[: found.start()] + words[found.end() :]
    return read(found.group(), day), rest.strip()


def read(words: str, day: date) -> Period:
    """Return the period that *words* mean on a *day*: it ends with that day at the latest.

    Raises:
        BadPeriod: there is none, or no figures can be told of it.
    """
    plain = " ".join(words.lower().split()).removeprefix("in ")
    if span := NAMES.get(plain):
        return named(span, day)
    if month := calendar.read(plain, calendar.Month(day.year, day.month)):
        words = str(month)
    sides = SIDES.findall(words)
    if not sides:
        raise BadPeriod(words, Amiss.UNREAD)
    try:
        until = side(sides[-1], day)
        begin = side(sides[0], until.last).begin if len(sides) > 1 else until.begin
    except (ValueError, OverflowError):
        raise BadPeriod(words, Amiss.UNREAD) from None
    period = Period(begin, min(until.end, day + DAY))
    if begin < EPOCH:  # nothing was before, and there is no number for it on a button
        raise BadPeriod(words, Amiss.UNREAD)
    if until.end <= begin:
        raise BadPeriod(words, Amiss.BACKWARDS)
    if begin > day:
        raise BadPeriod(words, Amiss.AHEAD)
    if period.days > MOST:
        raise BadPeriod(words, Amiss.LONG)
    return period


def named(span: Span, day: date) -> Period:
    """Return a period that has a name."""
    monday, first, tomorrow = day - day.weekday() * DAY, day.replace(day=1), day + DAY
    january = first.replace(month=1)
    match span:
        case Span.DAYS:
            return Period(tomorrow - WEEK, tomorrow)
        case Span.TODAY:
            return Period(day, tomorrow)
        case Span.YESTERDAY:
            return Period(day - DAY, day)
        case Span.WEEK:
            return Period(monday, tomorrow)
        case Span.LAST_WEEK:
            return Period(monday - WEEK, monday)
        case Span.MONTH:
            return Period(first, tomorrow)
        case Span.LAST_MONTH:
            return Period(shifted(first, -1), first)
        case Span.YEAR:
            return Period(january, tomorrow)
        case Span.LAST_YEAR:
            return Period(shifted(january, -12), january)


def side(words: str, day: date) -> Period:
    """Return the day, month or year that one side of a period means.

    A day without a year is the last one of that name until *day*.

    Raises:
        ValueError, OverflowError: there is none.
    """
    if "." in words:
        numbers = [int(each) for each in words.split(".")][::-1]
        if len(numbers) == 2 and len(words.split(".")[1]) < 4:  # a day and a month
            found = date(day.year, *numbers)
            return one(found if found <= day else found.replace(year=day.year - 1))
        if numbers[0] < 100:
            numbers[0] += 2000
    else:
        numbers = [int(each) for each in words.split("-")]
    if len(numbers) == 3:
        return one(date(numbers[0], numbers[1], numbers[2]))
    begin = date(numbers[0], numbers[1] if len(numbers) > 1 else 1, 1)
    return Period(begin, shifted(begin, 12 if len(numbers) == 1 else 1))


def one(day: date) -> Period:
    """Return a single day."""
    return Period(day, day + DAY)
