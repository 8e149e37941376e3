"""Sentences in the reader's language: gettext handed in, never ambient; dates by Babel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from relay.text import Text, moment

FOLDER: Final = Path(__file__).parent.parent / "locales"

#: The languages there are, by their own names; the first one speaks where none is known.
LANGUAGES: Final = {"en": "English", "ru": "Русский"}
DEFAULT: Final = "en"


@dataclass(frozen=True)
class Gettext:
    """Says a sentence to one reader: ``_("…")``, ``_.plural("…", "…", n)``."""

    language: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def __call__(self, sentence: str) -> str:
        """Return a sentence in this language, its ``{places}`` still to be filled."""
        return translations(self.language).gettext(sentence)

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form for *count*, with ``{n}`` filled in."""
        return translations(self.language).ngettext(one, many, count).replace("{n}", str(count))

    def moment(self, when: datetime, now: datetime) -> Text:
        """Return a point in time as people say it: the hour, and the day if it was not today."""
        here, today = when.astimezone(self.zone), now.astimezone(self.zone).date()
        words = format_time(here, "HH:mm", locale=self.language)
        if here.date() == today:
            return moment(when, words, "t")
        return moment(when, f"{format_date(here, 'd MMM', locale=self.language)} {words}", "dt")

    def duration(self, length: timedelta) -> str:
        """Return how long something lasted, to two units: ``1 hr 5 min``; less is ``<1 min``."""
        minutes = max(0, round(length.total_seconds() / 60))
        if not minutes and length > timedelta():
            return "<" + self.duration(timedelta(minutes=1))
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        units = [(days, "day"), (hours, "hour"), (minutes, "minute")]
        largest = next((place for place, (count, _) in enumerate(units) if count), 2)
        return " ".join(
            format_timedelta(
                timedelta(**{f"{unit}s": count}),
                granularity=unit,  # type: ignore[arg-type] # one of three above
                threshold=1_000_000,
                format="short",
                locale=self.language,
            )
            for count, unit in units[largest : largest + 2]
            if count or largest == 2
        )

    def date(self, when: datetime) -> str:
        """Return the day of a moment: ``2 Dec 2026``."""
        here = when.astimezone(self.zone)
        return str(format_date(here, "d MMM y", locale=self.language))

    def amount(self, number: Decimal) -> str:
        """Return an amount of money, to the cent: ``2,500.00``."""
        return format_decimal(number, "#,##0.00", locale=self.language)

    def number(self, number: Decimal) -> str:
        """Return a number with as many places as it needs: ``2.5``."""
        return format_decimal(number, "#,##0.##", locale=self.language)


def speak(language: str, zone: str = "UTC") -> Gettext:
    """Return what speaks *language*, and tells the time of *zone*."""
    return _speak(language if language in LANGUAGES else DEFAULT, zone)


@cache
def _speak(language: str, zone: str) -> Gettext:
    return Gettext(language, ZoneInfo(zone))


@cache
def translations(language: str) -> NullTranslations:
    """Read the catalogue of *language*, straight from the ``.po``: there is nothing to compile."""
    with (FOLDER / language / "LC_MESSAGES" / "relay.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def known(code: str | None) -> str:
    """Return the language for a code like ``ru-RU``: ours if we speak it, else the default."""
    short = (code or "").split("-")[0].lower()
    return short if short in LANGUAGES else DEFAULT
