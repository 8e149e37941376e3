"""Working hours: how much of a stretch of time counts, and when so much of it will have passed.

All moments are aware; what a day is, and when it begins, is a matter of the time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Final
from zoneinfo import ZoneInfo

import holidays

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY: Final = timedelta(days=1)
FARTHEST: Final = 366 * 20  #: days that are looked ahead: after that, nobody ever works


@dataclass(frozen=True)
class Hours:
    """When somebody works: ``Mon-Fri 09:00-18:00`` in a zone, but for a country's holidays.

    A shift that ends before it begins goes on over midnight; it belongs to the day it begins on.
    """

    words: str
    zone: str
    country: str | None = None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments."""
        worked = timedelta()
        for begins, ends in self.shifts(start):
            if begins >= end:
                break
            worked += max(timedelta(), min(ends, end) - max(begins, start))
        return worked

    def after(self, start: datetime, length: timedelta) -> datetime:
        """Return when *length* of working time has passed since *start*."""
        left = length
        for begins, ends in self.shifts(start):
            begins = max(begins, start)
            if left <= ends - begins:
                return begins + left
            left -= max(timedelta(), ends - begins)
        return start + FARTHEST * DAY

    def budget(self, agreed: timedelta) -> timedelta:
        """Return how much working time was *agreed*: a whole day is a working day's length."""
        return agreed if agreed % DAY else agreed // DAY * self.day

    def works(self, day: date) -> bool:
        """Say whether a working day begins on a *day*."""
        return day.weekday() in self._week and day not in self._holidays

    @cached_property
    def day(self) -> timedelta:
        """How long a working day is, by the clock on the wall."""
        begins, ends = self._times
        return (ends - begins) % DAY or DAY

    def shifts(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield every shift that ends after *start*, in order."""
        begins, ends = self._times
        if ends <= begins:
            ends += DAY
        today = start.astimezone(self._zone).date() - DAY
        for later in range(FARTHEST):
            day = today + later * DAY
            if self.works(day):
                shift = self._at(day, begins), self._at(day, ends)
                if shift[1] > start:
                    yield shift

    def _at(self, day: date, since_midnight: timedelta) -> datetime:
        """Return a moment by the clock on the wall; one that is left out in spring comes later."""
        days, rest = divmod(since_midnight, DAY)
        wall = datetime.combine(day + days * DAY, time(), self._zone) + rest
        return wall.astimezone(UTC)

    @cached_property
    def _times(self) -> tuple[timedelta, timedelta]:
        begins, ends = self.words.split(" ")[1].split("-")
        return since_midnight(begins), since_midnight(ends)

    @cached_property
    def _week(self) -> frozenset[int]:
        found: set[int] = set()
        for named in self.words.split(" ")[0].split(","):
            first, _, last = named.partition("-")
            day, end = DAYS.index(first), DAYS.index(last or first)
            found |= {each % 7 for each in range(day, end + (7 if end < day else 0) + 1)}
        return frozenset(found)

    @cached_property
    def _holidays(self) -> holidays.HolidayBase | dict[date, str]:
        return holidays.country_holidays(self.country) if self.country else {}

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


ALWAYS: Final = Hours("Mon-Sun 00:00-24:00", "UTC")


@cache
def hours(words: str, zone: str, country: str | None) -> Hours:
    """Return working hours; they remember the holidays that were looked up."""
    return Hours(words, zone, country)


def since_midnight(words: str) -> timedelta:
    """Read ``09:00``."""
    hour, minute = words.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))
