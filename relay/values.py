"""What can be set of a party and of a link: what is offered, how it is read, how it reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from babel import Locale
from pydantic import BaseModel

from relay import money
from relay.chain import LinkTerms, PartyTerms, in_one_currency, read_duration, said
from relay.language import LANGUAGES, Gettext
from relay.refusals import BadValue
from relay.tables import Asked, Link, Party, Proposal, Standing

NONE: Final = "none"
YES_NO: Final = ("true", "false")
LONGEST: Final = 64  #: characters of what is kept as a key, as working hours are
LEAD: Final = "lead"  #: changes who leads
STANDING: Final = "standing"  #: pauses a link, resumes or ends it


class End(StrEnum):
    """Whose leads may set something of a link."""

    UPPER = "upper"
    LOWER = "lower"
    BOTH = "both"


@dataclass(frozen=True)
class Setting:
    """One thing that can be set, called as in the chain file."""

    name: str
    choices: tuple[str, ...] = ()  #: offered as buttons; as the chain file would say them
    own: bool = True  #: whether a lead may also say it in words of their own
    example: str = ""  #: of such words
    clients: bool = False  #: of use only to a party that takes clients
    of: End = End.UPPER  #: of a link: who may set it
    binds: bool = False  #: of a link: the other end has to agree
    private: bool = False  #: of a link: it concerns one end alone, and the other does not see it


#: By their places, which buttons name: new ones come last.
PARTY: Final = (
    Setting("name", example="Iceberg Service"),
    Setting("code", example="VND"),
    Setting("language", tuple(LANGUAGES), own=False),
    Setting(
        "timezone",
        (
            "Europe/Kaliningrad",
            "Europe/Moscow",
            "Europe/Samara",
            "Asia/Yekaterinburg",
            "Asia/Omsk",
            "Asia/Novosibirsk",
            "Asia/Irkutsk",
            "Asia/Vladivostok",
            "Europe/Berlin",
            "UTC",
        ),
        example="Europe/Moscow",
    ),
    Setting(
        "hours",
        (
            "Mon-Fri 09:00-18:00",
            "Mon-Fri 08:00-17:00",
            "Mon-Sat 09:00-20:00",
            "Mon-Sun 09:00-21:00",
            "Mon-Sun 00:00-24:00",
        ),
        example="Mon-Fri 09:00-18:00",
    ),
    Setting("country", (NONE, "RU", "BY", "KZ", "DE"), example="DE"),
    Setting("offer", ("one", "all"), own=False),
    Setting("digest", ("off", "08:00", "09:00", "10:00"), example="09:00"),
    Setting("clients", YES_NO, own=False),
    Setting("to_client", ("hold", "auto"), own=False, clients=True),
    Setting("promise", YES_NO, own=False, clients=True),
    Setting("asks", tuple(Asked), own=False, clients=True),
    Setting("take_within", (NONE, "30m", "1h", "4h"), example="30m", clients=True),
    Setting("resolve_within", (NONE, "8h", "1d", "3d"), example="8h", clients=True),
    Setting("check_within", (NONE, "1d", "3d", "7d"), example="3d", clients=True),
    Setting("reopen_within", ("7d", "14d", "30d"), example="14d", clients=True),
)

#: As above. What is the upper's alone, what is the lower's, and what takes both.
LINK: Final = (
    Setting("client", ("full", "when_taken", "name", "hidden"), own=False, binds=True),
    Setting("take_within", (NONE, "30m", "1h", "4h"), example="30m", binds=True),
    Setting("resolve_within", (NONE, "8h", "1d", "3d"), example="8h", binds=True),
    Setting("check_within", (NONE, "1d", "3d", "7d"), example="3d", binds=True),
    Setting("reopen_within", ("7d", "14d", "30d"), example="14d", binds=True),
    Setting("tariff", (NONE,), example="callout: 2500 RUB\nhour: 900 RUB", binds=True),
    Setting("names", YES_NO, own=False, binds=True),
    Setting("result", ("check", "auto"), own=False),
    Setting("share_replies", YES_NO, own=False),
    Setting("client_rating", YES_NO, own=False),
    Setting("rank", ("1", "2", "3"), example="4", private=True),
    Setting("match", (NONE,), example="region: msk, spb\nkind: repair", private=True),
    Setting("forward", ("manual", "auto"), own=False, private=True),
    Setting("down", ("auto", "hold"), own=False, private=True),
    Setting("up", ("auto", "hold"), own=False, of=End.LOWER, private=True),
    Setting(STANDING, tuple(Standing), own=False, of=End.BOTH),
    Setting("penalty", (NONE, "5%", "10%"), example="500 RUB", binds=True),
)

TABLES: Final = {"match", "tariff"}

#: What candidates are chosen by, as people may call it.
KINDS: Final = {
    "region": "region",
    "регион": "region",
    "kind": "kind",
    "вид": "kind",
    "equipment": "equipment",
    "оборудование": "equipment",
}

#: What a tariff knows beside kinds of work, as people may call it.
RATES: Final = {
    "callout": "callout",
    "call-out": "callout",
    "выезд": "callout",
    "hour": "hour",
    "час": "hour",
}

#: Days of the week, as people may write them.
DAYS: Final = {
    day.lower(): english
    for english, russian in zip(
        ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"),
        strict=True,
    )
    for day in (english, russian)
}

#: The units of durations, as people may write them: beside ``8h`` also ``8 hours`` and ``8 ч``.
UNITS: Final = {
    "m": "m|min|mins|minutes?|м|мин|минут[аыу]?",
    "h": "h|hr|hrs|hours?|ч|час|часа|часов",
    "d": "d|days?|д|дн|день|дня|дней",
}


def setting_of(proposal: Proposal) -> Setting | None:
    """Return what a proposal sets; None: it is about who leads."""
    known = LINK if proposal.link_id else PARTY
    return next((each for each in known if each.name == proposal.what), None)


def current(record: Party | Link, setting: Setting) -> str:
    """Return how something is set now, as the chain file would say it."""
    return said(getattr(record, setting.name))


def typed(setting: Setting, words: str) -> str:
    """Return what somebody wrote, as the chain file would say it.

    Raises:
        BadValue: it cannot be meant.
    """
    if setting.name in TABLES:
        return said(table(setting, words))
    line = " ".join("".join(each if each.isprintable() else " " for each in words).split())
    match setting.name:
        case "hours":
            line = re.sub(r"\s*[-–—−]\s*", "-", line)  # telephones like to write longer dashes
            line = re.sub(r"\s*,\s*", ",", line)
            return re.sub(r"[^\W\d]+", lambda day: DAYS.get(day[0].lower(), day[0]), clock(line))
        case "digest":
            return clock(line)
        case "code" | "country":
            return line.upper()
        case "penalty":
            return money.tidied(line)
        case name if name.endswith("_within"):
            return length(line)
        case _:
            return line


def length(line: str) -> str:
    """Return a duration as the chain file says it, if it was written as people say it."""
    found = re.fullmatch(r"(\d+) ?([^\W\d]+)\.?", line.lower())
    units = (unit for unit, words in UNITS.items() if found and re.fullmatch(words, found[2]))
    unit = next(units, None)
    return f"{found[1]}{unit}" if found and unit else line


def clock(line: str) -> str:
    """Return times of the day with two digits for the hour."""
    return re.sub(r"(?<!\d)(\d):", r"0\1:", line)


def table(setting: Setting, words: str) -> dict[str, Any]:
    """Read a table that stands in lines: ``hour: 900 RUB``."""
    found: dict[str, Any] = {}
    for row in re.split(r"[\n;]", words):
        if not row.strip():
            continue
        parts = re.fullmatch(r"\s*([^:=]*?)\s*[:=]\s*(.*?)\s*", row)
        name, value = parts.groups() if parts else ("", "")
        lower = name.lower()
        key = KINDS.get(lower, "") if setting.name == "match" else RATES.get(lower, name)
        if not key or not value or not (key + value).isprintable():
            raise BadValue(setting.name)
        items = [each.strip() for each in value.split(",") if each.strip()]
        found[key] = items if setting.name == "match" else money.tidied(value)
    if not found:
        raise BadValue(setting.name)
    return found


def read(setting: Setting, text: str, *, link: bool) -> Any:
    """Return what a text of the chain file means, taken by the same rules as there.

    Raises:
        BadValue: the chain file would refuse it, too.
    """
    if setting.name == STANDING:
        return Standing(text)
    terms: type[BaseModel] = LinkTerms if link else PartyTerms
    try:
        made = terms.__pydantic_validator__.validate_assignment(
            terms.model_construct(), setting.name, plain(setting, text)
        )
    except ValueError:
        raise BadValue(setting.name) from None
    value = getattr(made, setting.name)
    if setting.name in {"hours", "timezone"} and len(value) > LONGEST:
        raise BadValue(setting.name)
    return value


def fit_together(record: Party | Link, setting: Setting, value: Any) -> None:
    """Refuse what is deducted in another currency than what is paid.

    Raises:
        BadValue: it would be.
    """
    if isinstance(record, Link) and setting.name in {"tariff", "penalty"}:
        agreed = {"tariff": record.tariff, "penalty": record.penalty, setting.name: value}
        if not in_one_currency(agreed["tariff"], agreed["penalty"]):
            raise BadValue(setting.name)


def plain(setting: Setting, text: str) -> Any:
    """Return what a text is in the chain file, before it is checked."""
    if setting.name in TABLES or setting.name == "asks":
        return unpacked(setting.name, text)
    if setting.name == "rank":
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
    if setting.choices == YES_NO:
        return {"true": True, "false": False}.get(text, text)
    return None if text == NONE and NONE in setting.choices else text


def unpacked(name: str, text: str) -> Any:
    """Return the table or the list that a text says."""
    if text == NONE:
        return {} if name in TABLES else []
    return json.loads(text)


# In words


def label(name: str, _: Gettext) -> str:
    """Return what something that can be set is called."""
    match name:
        case "name":
            return _("Name")
        case "code":
            return _("Code")
        case "language":
            return _("Language")
        case "timezone":
            return _("Time zone")
        case "hours":
            return _("Working hours")
        case "country":
            return _("Public holidays")
        case "offer":
            return _("Work is offered")
        case "digest":
            return _("Daily digest")
        case "clients":
            return _("Clients may write")
        case "to_client":
            return _("From partners to clients")
        case "promise":
            return _("Clients are told until when")
        case "asks":
            return _("Clients are asked for")
        case "take_within":
            return _("To be taken within")
        case "resolve_within":
            return _("To be done within")
        case "check_within":
            return _("To be checked within")
        case "reopen_within":
            return _("Can be reopened within")
        case "client":
            return _("The client is shown")
        case "tariff":
            return _("Tariff")
        case "penalty":
            return _("Deducted if late")
        case "names":
            return _("Names of people are shown")
        case "result":
            return _("Results")
        case "share_replies":
            return _("Replies upwards are shown")
        case "client_rating":
            return _("The client's rating is shown")
        case "rank":
            return _("Rank")
        case "match":
            return _("For requests about")
        case "forward":
            return _("Requests go on")
        case "down":
            return _("Messages go down")
        case "up":
            return _("Messages go up")
        case "standing":
            return _("State")
        case "lead":
            return _("Lead")
        case "invited":
            return _("Invited")
        case "linked":
            return _("Linked")
        case _:
            return name


def question(name: str, _: Gettext, *, link: bool = False) -> str:
    """Return what is asked of somebody who wants to set it."""
    match name:
        case "name":
            return _("What is your company called? Partners and clients read this name.")
        case "code":
            return _(
                "What shall your ticket numbers begin with? Write 2 to 6 capital letters. Tickets "
                "that are there keep their numbers."
            )
        case "language":
            return _("Which language shall I speak here?")
        case "timezone":
            return _("In which time zone do you work?")
        case "hours":
            return _("When do you work? Deadlines count in these hours alone.")
        case "country":
            return _("Whose public holidays do you keep? Write the two letters of the country.")
        case "offer":
            return _("To whom is your work offered, if several partners could do it?")
        case "digest":
            return _("At what time of a working day shall I tell you what is open?")
        case "clients":
            return _("May clients write to you?")
        case "to_client":
            return _("What becomes of what partners write, before the client reads it?")
        case "promise":
            return _("Shall clients read until when it will be done?")
        case "asks":
            return _("What are clients asked for before their request comes to you?")
        case "take_within":
            return _("Within which time is a request to be taken? Working hours count.")
        case "resolve_within":
            return _("Within which time is a request to be done? Working hours count.")
        case "check_within" if link:
            return _("After which time without an answer is a result accepted by itself?")
        case "check_within":
            return _("After which time without the client's answer is a result accepted by itself?")
        case "reopen_within":
            return _("How long may a closed request be reopened?")
        case "client":
            return _("How much is the partner told about the client?")
        case "tariff":
            return _(
                "What does the work cost? Write one price in each line: callout is paid once, "
                "hour for each hour; anything else is a kind of work, paid once for it."
            )
        case "penalty":
            return _(
                "What is deducted from work that is not done in time? Write an amount, or a part "
                "of what the work costs."
            )
        case "names":
            return _("Are the names of your people shown to each other, not your companies alone?")
        case "result":
            return _("Do you check the partner's results, or do they go on unseen as yours?")
        case "share_replies":
            return _("Does the partner read what you answer upwards?")
        case "client_rating":
            return _("Does the partner read how the client rated the whole?")
        case "rank":
            return _("In which order is work offered to your partners? 1 comes first, up to 1000.")
        case "match":
            return _("Which requests is this partner for? Write a line for each condition.")
        case "forward":
            return _("Do requests go on to this partner at once, or when a lead passes them on?")
        case "down":
            return _("Do messages from above go on to this partner by themselves?")
        case "up":
            return _("Do messages from your own partners go on to them by themselves?")
        case _:
            return label(name, _)


def worded(name: str, text: str, _: Gettext) -> str:
    """Return in words how something is set, from how the chain file would say it."""
    match name, text:
        case "language", _text:
            return LANGUAGES.get(text, text)
        case "country", "none":
            return _("none are kept")
        case "country", _text:
            return str(Locale(_.language).territories.get(text, text))
        case "offer", "one":
            return _("to one after the other")
        case "offer", _text:
            return _("to all at once")
        case "digest", "off":
            return _("none")
        case "to_client" | "down" | "up", "auto":
            return _("at once")
        case "to_client" | "down" | "up", _text:
            return _("when passed on")
        case "forward", "auto":
            return _("at once")
        case "forward", _text:
            return _("when passed on")
        case "result", "check":
            return _("are checked")
        case "result", _text:
            return _("go on unseen")
        case "client", _text:
            return seen(text, _)
        case "standing", _text:
            return standing(text, _)
        case "asks", _text:
            return ", ".join(asked(each, _) for each in unpacked(name, text)) or _("nothing")
        case "penalty", "none":
            return _("nothing")
        case "match" | "tariff", _text:
            return tabled(unpacked(name, text), _) or (
                _("any") if name == "match" else _("none agreed")
            )
        case "take_within" | "resolve_within" | "check_within" | "reopen_within", "none":
            return _("no deadline")
        case "take_within" | "resolve_within" | "check_within" | "reopen_within", _text:
            return _.duration(read_duration(text))
        case "name" | "code" | "hours" | "timezone", _text:
            return text
        case _text, "true":
            return _("yes")
        case _text, "false":
            return _("no")
        case _:
            return text


def seen(text: str, _: Gettext) -> str:
    """Return what is seen of the client."""
    match text:
        case "full":
            return _("fully")
        case "when_taken":
            return _("fully, once it is taken")
        case "name":
            return _("by name alone")
        case _:
            return _("not at all")


def standing(text: str, _: Gettext) -> str:
    """Return how a link stands."""
    match text:
        case "active":
            return _("active")
        case "paused":
            return _("paused")
        case _:
            return _("ended")


def asked(text: str, _: Gettext) -> str:
    """Return what clients are asked for."""
    match text:
        case "address":
            return _("the address")
        case "contact":
            return _("a telephone number")
        case _:
            return _("the kind of work")


def tabled(found: dict[str, Any], _: Gettext) -> str:
    """Return a table in one line."""
    names = {"region": _("region"), "kind": _("kind"), "equipment": _("equipment")}
    names |= {"callout": _("callout"), "hour": _("hour")}
    return "; ".join(
        f"{names.get(name, name)}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in found.items()
    )
