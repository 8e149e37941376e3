"""Rhythms: when something is to come again and again, by the clock on a party's wall."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from relay.hours import DAY, since_midnight

WEEK: Final = 7
MONTH: Final = 31  #: days that one has at most
MORNING: Final = "09:00"
CLOCK: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
NUMBER: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.|-?е|-?го)?")
#: What people write between, and what says nothing more.
NOISE: Final = frozenset(
    {
        *("at", "on", "the", "every", "each", "of", "day"),
        *("в", "во", "по", "каждый", "каждую", "каждое", "каждого", "числа", "число", "день"),
    }
)
DAILY: Final = re.compile(r"\b(every day|each day|каждый день)\b")


class Every(StrEnum):
    """How often something comes."""

    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"


#: How words begin that say how often, and on which day of the week.
OFTEN: Final = {
    Every.DAY: ("daily", "ежедневн"),
    Every.WEEK: ("week", "еженедельн", "недел"),
    Every.MONTH: ("month", "ежемесячн", "месяц"),
}
WEEKDAYS: Final = (
    (r"mon(day)?s?", r"пн|понедельник\w*"),
    (r"tue(s|sday|sdays)?", r"вт|вторник\w*"),
    (r"wed(nesday)?s?", r"ср|сред\w*"),
    (r"thu(r|rs|rsday|rsdays)?", r"чт|четверг\w*"),
    (r"fri(day)?s?", r"пт|пятниц\w*"),
    (r"sat(urday)?s?", r"сб|суббот\w*"),
    (r"sun(day)?s?", r"вс|воскресень\w*"),
)


@dataclass(frozen=True)
class Rhythm:
    """On which days, and at which time; of a month without such a day, on its last one."""

    every: Every
    day: int  #: of the week from 0, Monday, or of the month from 1; 0: any
    at: str  #: ``09:00``

    def falls(self, day: date) -> bool:
        """Say whether it is on a *day*."""
        match self.every:
            case Every.DAY:
                return True
            case Every.WEEK:
                return day.weekday() == self.day
            case Every.MONTH:
                return day.day == min(self.day, monthrange(day.year, day.month)[1])

    def moment(self, day: date, zone: str) -> datetime:
        """Return when it is on a *day*; a time that the clocks leave out in spring comes later.

        What they show twice in autumn is meant the first time.
        """
        wall = datetime.combine(day, time(), ZoneInfo(zone)) + since_midnight(self.at)
        return wall.astimezone(UTC)

    def last(self, now: datetime, zone: str) -> date:
        """Return on which day it was last, by *now*."""
        day = now.astimezone(ZoneInfo(zone)).date()
        while not self.falls(day) or self.moment(day, zone) > now:
            day -= DAY
        return day

    def next(self, now: datetime, zone: str) -> datetime:
        """Return when it is next, after *now*."""
        day = now.astimezone(ZoneInfo(zone)).date()
        while not self.falls(day) or self.moment(day, zone) <= now:
            day += DAY
        return self.moment(day, zone)

    def over(self, day: date) -> tuple[date, date]:
        """Return the whole day, week or month that ended before a *day*: to its first day after."""
        match self.every:
            case Every.DAY:
                return day - DAY, day
            case Every.WEEK:
                monday = day - timedelta(day.weekday())
                return monday - WEEK * DAY, monday
            case Every.MONTH:
                first = day.replace(day=1)
                return (first - DAY).replace(day=1), first


def read(words: str) -> Rhythm | None:
    """Return the rhythm that *words* mean: ``weekly Mon 09:00``; None: they mean none, or two."""
    often, days, numbers, times = list[Every](), list[int](), list[int](), list[str]()
    spaced = " ".join(words.lower().replace(",", " ").split())
    for word in DAILY.sub(Every.DAY, spaced).split():
        if word in NOISE:
            continue
        if found := CLOCK.fullmatch(word):
            times.append(f"{int(found[1]):02}:{found[2]}")
        elif found := NUMBER.fullmatch(word):
            numbers.append(int(found[1]))
        elif every := [each for each, begins in OFTEN.items() if word.startswith(begins)]:
            often += every
        elif (day := weekday(word)) is not None:
            days.append(day)
        else:
            return None
    if max(len(each) for each in (often, days, numbers, times)) > 1:
        return None
    return rhythm(often, days, numbers, times[0] if times else MORNING)


def rhythm(often: list[Every], days: list[int], numbers: list[int], at: str) -> Rhythm | None:
    """Return what was read as a rhythm, if it is one."""
    every = often[0] if often else Every.WEEK if days else None
    match every, days, numbers:
        case Every.DAY, [], []:
            return Rhythm(Every.DAY, 0, at)
        case Every.WEEK, _, []:
            return Rhythm(Every.WEEK, days[0] if days else 0, at)
        case Every.MONTH, [], _:
            number = numbers[0] if numbers else 1
            return Rhythm(Every.MONTH, number, at) if 1 <= number <= MONTH else None
        case _:
            return None


def weekday(word: str) -> int | None:
    """Return the day of the week that a word means."""
    for day, patterns in enumerate(WEEKDAYS):
        if any(re.fullmatch(each, word) for each in patterns):
            return day
    return None
