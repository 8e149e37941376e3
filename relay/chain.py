"""The chain file: the parties and links that there shall be, read strictly."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from relay import money
from relay.language import LANGUAGES
from relay.reading import Valve
from relay.tables import REOPEN_WITHIN, Asked, Forward, Offering, Result, Sees

LARGEST: Final = 1_000_000  #: bytes of a chain file


LONGEST: Final = timedelta(days=366)  #: that a link may agree on


KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  #: what a deep link can carry; Bot API


STICKER: Final = "e-"  #: so begin the keys in the links of stickers, and no party's


CODE: Final = re.compile(r"[A-Z]{2,6}")


DURATION: Final = re.compile(r"(\d{1,4})(m|h|d)")


UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


DAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"


TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d|24:00"


#: In the place of a time: never.
OFF: Final = "off"


CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


#: Ids of chats and people need at most 52 bits; Bot API.
WIDEST: Final = 2**52


HOURS: Final = re.compile(rf"{DAY}(?:-{DAY})?(?:,{DAY}(?:-{DAY})?)* (?:{TIME})-(?:{TIME})")


class BadChain(Exception):
    """A chain file cannot be applied; the sentence names file, line and key."""


def read_duration(value: Any) -> Any:
    """Read ``30m``, ``8h``, ``3d``."""
    if isinstance(value, timedelta):
        return value
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found.group(1)) == 0:
        raise ValueError(f"{value!r} is no duration; write it like 30m, 8h or 3d")
    length = timedelta(**{UNITS[found.group(2)]: int(found.group(1))})
    if length > LONGEST:
        raise ValueError(f"{value!r} is longer than a year")
    return length


def read_words(value: str) -> str:
    """Check what people will read: one line of it, and something on it."""
    if not value.strip() or any(unicodedata.category(each) == "Cc" for each in value):
        raise ValueError(f"{value!r} cannot be read; write it in one line of letters")
    return value


def read_people(value: list[int]) -> list[int]:
    """Put ids in order, each once."""
    return sorted(set(value))


def read_zone(value: str) -> str:
    """Check the name of a time zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone; write it like Europe/Moscow") from None
    return value


def read_language(value: str) -> str:
    """Check that we speak a language."""
    if value not in LANGUAGES:
        raise ValueError(f"{value!r} is no language we speak; there are {', '.join(LANGUAGES)}")
    return value


def read_code(value: str) -> str:
    """Check the prefix of ticket numbers."""
    if not CODE.fullmatch(value):
        raise ValueError(f"{value!r} is no code; write 2 to 6 capital letters like VND")
    return value


def read_hours(value: str) -> str:
    """Check working hours."""
    if not HOURS.fullmatch(value):
        raise ValueError(f"{value!r} are no working hours; write them like Mon-Fri 09:00-18:00")
    return value


def read_country(value: str) -> str:
    """Check that the public holidays of a country are known."""
    if value not in holidays.list_supported_countries(include_aliases=False):
        raise ValueError(f"{value!r} is no country whose holidays are known; write it like DE")
    return value


def read_digest(value: str) -> str:
    """Check when the digest comes."""
    if value != OFF and not CLOCK.fullmatch(value):
        raise ValueError(f"{value!r} is no time; write it like 09:00, or off")
    return value


def read_price(value: str) -> str:
    """Check what something costs."""
    found = money.price(value)
    if found is None:
        raise ValueError(
            f"{value!r} is no price; write an amount and a currency of three capitals, "
            "like 2500 RUB or 12.50 EUR"
        )
    return str(found)


def read_tariff(value: dict[str, str]) -> dict[str, str]:
    """Check that a tariff is in one currency."""
    found = sorted({each.rpartition(" ")[2] for each in value.values()})
    if len(found) > 1:
        raise ValueError(f"prices in {' and '.join(found)} cannot be summed; use one currency")
    return value


def read_penalty(value: str) -> str:
    """Check what is deducted from late work."""
    found = money.penalty(value)
    if found is None:
        raise ValueError(
            f"{value!r} cannot be deducted; write an amount like 500 RUB, or a part of what the "
            "work costs like 10%"
        )
    return str(found)


def in_one_currency(tariff: dict[str, str], penalty: str | None) -> bool:
    """Say whether what is deducted can be deducted from what is paid."""
    agreed = money.penalty(penalty) if penalty else None
    prices = {found.currency for each in tariff.values() if (found := money.price(each))}
    return not isinstance(agreed, money.Money) or prices <= {agreed.currency}


def said(value: Any) -> str:
    """Return a value as the file would say it; of a text, what stands in its quotation marks."""
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        if minutes % (24 * 60) == 0:
            return f"{minutes // (24 * 60)}d"
        return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case list() | dict():
            return json.dumps(value, ensure_ascii=False) if value else "none"
        case _:
            return str(value)


Duration = Annotated[timedelta, BeforeValidator(read_duration)]


Words = Annotated[str, AfterValidator(read_words)]


Key = Annotated[str, Field(max_length=64), AfterValidator(read_words)]


class PartyTerms(BaseModel):
    """A ``[parties.KEY]`` of the file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(read_words)]
    code: Annotated[str, AfterValidator(read_code)]
    chat: Annotated[int, Field(ge=-WIDEST, le=WIDEST)]
    language: Annotated[str, AfterValidator(read_language)] = "en"
    timezone: Annotated[str, AfterValidator(read_zone)] = "UTC"
    hours: Annotated[str, Field(max_length=64), AfterValidator(read_hours)] = "Mon-Sun 00:00-24:00"
    clients: bool = False
    to_client: Annotated[Valve, Field(strict=False)] = Valve.HOLD
    country: Annotated[str, AfterValidator(read_country)] | None = None
    offer: Annotated[Offering, Field(strict=False)] = Offering.ONE
    take_within: Duration | None = None
    resolve_within: Duration | None = None
    check_within: Duration | None = None
    reopen_within: Duration = REOPEN_WITHIN
    promise: bool = False
    digest: Annotated[str, AfterValidator(read_digest)] = "09:00"
    asks: list[Annotated[Asked, Field(strict=False)]] = Field(default_factory=list)
    #: ids of people; without this key they stay who they are
    leads: Annotated[list[Annotated[int, Field(ge=1, le=WIDEST)]], AfterValidator(read_people)] = (
        Field(default_factory=list)
    )


class LinkTerms(BaseModel):
    """A ``[[links]]`` of the file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    upper: str
    lower: str
    rank: Annotated[int, Field(ge=1, le=1000)] = 1
    match: dict[Literal["region", "kind", "equipment"], list[Key]] = Field(default_factory=dict)
    forward: Annotated[Forward, Field(strict=False)] = Forward.MANUAL
    down: Annotated[Valve, Field(strict=False)] = Valve.AUTO
    up: Annotated[Valve, Field(strict=False)] = Valve.AUTO
    result: Annotated[Result, Field(strict=False)] = Result.CHECK
    client: Annotated[Sees, Field(strict=False)] = Sees.WHEN_TAKEN
    names: bool = False
    share_replies: bool = False
    client_rating: bool = True
    take_within: Duration | None = None
    resolve_within: Duration | None = None
    check_within: Duration | None = None
    reopen_within: Duration = REOPEN_WITHIN
    tariff: Annotated[
        dict[Key, Annotated[str, AfterValidator(read_price)]],
        Field(max_length=50),
        AfterValidator(read_tariff),
    ] = Field(default_factory=dict)
    penalty: Annotated[str, AfterValidator(read_penalty)] | None = None
    paused: bool = False


class Chain(BaseModel):
    """A whole chain file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    parties: dict[str, PartyTerms]
    links: list[LinkTerms] = Field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """The text of a chain file, to say where something stands in it."""

    name: str
    text: str

    def refuse(self, path: tuple[str | int, ...], why: str) -> BadChain:
        """Return the sentence that names file, line and key."""
        dotted = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
        return BadChain(f"{self.name}, line {self.line(path)}, {dotted.lstrip('.')}: {why}")

    def line(self, path: tuple[str | int, ...]) -> int:
        """Return the line of a key, else of the table that it would stand in, else 1."""
        match path:
            case ("parties", str(key), *rest):
                header = re.compile(rf"\s*\[\s*parties\s*\.\s*[\"']?{re.escape(key)}[\"']?\s*\]")
                number = 0
            case ("links", int(number), *rest):
                header = re.compile(r"\s*\[\[\s*links\s*\]\]")
            case (str(table), *_):
                header = re.compile(rf"\s*\[{{0,2}}\s*{re.escape(table)}\b")
                number, rest = 0, []
        rows = self.text.splitlines()
        heads = [row for row, text in enumerate(rows) if header.match(text)]
        start = heads[number] if number < len(heads) else 0
        name = re.compile(rf"\s*[\"']?{re.escape(str(rest[0]))}[\"']?\s*[=.\]]") if rest else None
        for row in range(start + bool(heads), len(rows)):
            if name and name.match(rows[row]):
                return row + 1
            if heads and rows[row].lstrip().startswith("["):
                break
        return start + 1


def read(path: Path) -> Chain:
    """Read a chain file.

    Raises:
        BadChain: it cannot be read, or what it says cannot be; with the place and a way out.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadChain(f"{path} cannot be read: {error.strerror}.") from None
    if len(raw) > LARGEST:
        raise BadChain(f"{path} is larger than {LARGEST} bytes.")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise BadChain(f"{path} is not written in UTF-8.") from None
    return parse(text, path.name)


def parse(text: str, name: str = "chain.toml") -> Chain:
    """Read the text of a chain file called *name*."""
    source = Source(name, text)
    try:
        chain = Chain.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadChain(f"{name}: {error}.") from None
    except RecursionError:
        raise BadChain(f"{name} is nested too deeply.") from None
    except ValidationError as error:
        problem = error.errors()[0]
        raise source.refuse(problem["loc"], reason(problem)) from None
    except ValueError as error:  # a number of thousands of digits
        raise BadChain(f"{name}: {error}.") from None
    check(chain, source)
    return chain


def reason(problem: Any) -> str:
    """Return what is wrong with one value, in a sentence."""
    match problem["type"]:
        case "extra_forbidden":
            return "this key is not known. Check its spelling."
        case "missing":
            return "this key is missing."
        case "literal_error":
            return (
                f"{problem['input']!r} is not known here; there are {problem['ctx']['expected']}."
            )
        case "value_error":
            return str(problem["msg"]).removeprefix("Value error, ") + "."
        case _:
            return f"{problem['msg']} (it is {problem['input']!r})."


def check(chain: Chain, source: Source) -> None:
    """Refuse what each value alone cannot show: double codes and chats, unknown parties, cycles."""
    codes: dict[str, str] = {}
    chats: dict[int, str] = {}
    for key, party in chain.parties.items():
        if not KEY.fullmatch(key):
            why = f"{key!r} does not fit into a link; use letters, digits, - and _."
            raise source.refuse(("parties", key), why)
        if key.startswith(STICKER):
            why = f"{key!r} begins like the links of stickers, with {STICKER}; use another key."
            raise source.refuse(("parties", key), why)
        if party.code in codes:
            why = f"{party.code} is the code of {codes[party.code]} already."
            raise source.refuse(("parties", key, "code"), why)
        if party.chat in chats:
            why = f"{party.chat} is the chat of {chats[party.chat]} already; each needs its own."
            raise source.refuse(("parties", key, "chat"), why)
        codes[party.code], chats[party.chat] = key, key
    pairs: set[tuple[str, str]] = set()
    for number, link in enumerate(chain.links):
        for side in ("upper", "lower"):
            if getattr(link, side) not in chain.parties:
                why = f"there is no party {getattr(link, side)!r}."
                raise source.refuse(("links", number, side), why)
        if (link.upper, link.lower) in pairs:
            why = f"{link.upper} and {link.lower} are linked already."
            raise source.refuse(("links", number), why)
        if not in_one_currency(link.tariff, link.penalty):
            why = f"{link.penalty} is in another currency than the tariff; use one."
            raise source.refuse(("links", number, "penalty"), why)
        pairs.add((link.upper, link.lower))
        circle = way(link.lower, link.upper, pairs)
        if circle:
            why = f"the links make a circle: {' → '.join((link.upper, *circle))}."
            raise source.refuse(("links", number), why)


def way(start: str, goal: str, pairs: set[tuple[str, str]]) -> list[str]:
    """Return the parties from *start* down to *goal*, or nothing."""
    paths = {start: [start]}
    while goal not in paths:
        fresh = {
            lower: [*paths[upper], lower]
            for upper, lower in sorted(pairs)
            if upper in paths and lower not in paths
        }
        if not fresh:
            return []
        paths |= fresh
    return paths[goal]
