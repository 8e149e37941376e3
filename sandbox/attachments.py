"""What a message can hold without any file: places, contacts, polls, dice, lists."""

from collections.abc import Mapping, Sequence
from itertools import count
from random import Random
from typing import Any, Final

from sandbox.refusals import bad
from sandbox.text import Json

LIVE: Final = range(60, 86_401)  #: seconds that a live location may last; Bot API, sendLocation
FOR_EVER: Final = 0x7FFFFFFF  #: a live location without an end
QUESTION: Final = 300  #: characters; Bot API, sendPoll
OPTIONS: Final = range(1, 13)  #: so many options has a poll; Bot API, sendPoll
OPTION: Final = 100  #: characters of an option; Bot API, InputPollOption
TOO_FEW: Final = f"poll must have at least {OPTIONS[0]} option"
TOO_MANY: Final = f"poll can't have more than {OPTIONS[-1]} options"

#: How many sides each kind of dice has (Bot API, Dice).
SIDES: Final[Mapping[str, int]] = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


def location(latitude: float, longitude: float, **more: object) -> Json:
    """Return a point on the map; one that moves says for how long.

    Raises:
        ApiError: there is no such point, or it would move for too long.

    """
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise bad("invalid location specified")
    period = more.get("live_period")
    if period is not None and period not in LIVE and period != FOR_EVER:
        raise bad("invalid live location period specified")
    return {"location": {"latitude": latitude, "longitude": longitude, **_said(more)}}


def venue(latitude: float, longitude: float, title: str, address: str, **more: object) -> Json:
    """Return a place with a name.

    Raises:
        ApiError: there is no such point.

    """
    point = location(latitude, longitude)
    return {"venue": {**point, "title": title, "address": address, **_said(more)}, **point}


def contact(phone_number: str, first_name: str, **more: object) -> Json:
    """Return somebody's name and number.

    Raises:
        ApiError: one of the two is missing.

    """
    if not phone_number:
        raise bad('field "phone_number" must contain a valid phone number')
    if not first_name:
        raise bad('field "first_name" must be non-empty')
    told = {"phone_number": phone_number, "first_name": first_name, **_said(more)}
    return {"contact": told}


class Games:
    """Polls, which need numbers, and dice, which need luck."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._numbers = count(5_000_000_000_000_000_001)

    def poll(self, question: str, options: Sequence[str], **more: object) -> Json:
        """Ask everybody something.

        Raises:
            ApiError: question or options are missing, too many or too long.

        """
        if not question:
            raise bad("poll question must be non-empty")
        if len(question) > QUESTION:
            raise bad(f"poll question length must not exceed {QUESTION}")
        if len(options) not in OPTIONS:
            raise bad(TOO_MANY if options else TOO_FEW)
        if any(len(each) > OPTION for each in options):
            raise bad(f"poll options length must not exceed {OPTION}")
        if not all(options):
            raise bad("poll options must be non-empty")
        number = next(self._numbers)
        told: Json = {
            "id": str(number),
            "question": question,
            "options": [
                {"persistent_id": f"{number}{at:02d}", "text": text, "voter_count": 0}
                for at, text in enumerate(options)
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return {"poll": {**told, **_said(more)}}

    def roll(self, emoji: str | None) -> Json:
        """Throw a dice.

        Raises:
            ApiError: that is no dice.

        """
        sides = SIDES.get(emoji or "🎲")
        if sides is None:
            raise bad("wrong dice emoji specified")
        return {"dice": {"emoji": emoji or "🎲", "value": self._dice.randint(1, sides)}}

    def copied(self, content: Json) -> Json:
        """Return what a copy says: another poll, another roll; and what moved stands still."""
        match content:
            case {"poll": dict(poll)}:
                return {"poll": {**poll, "id": str(next(self._numbers))}}
            case {"dice": {"emoji": str(emoji)}}:
                return self.roll(emoji)
            case {"location": dict(point)} if "venue" not in content:
                return location(point["latitude"], point["longitude"])
            case _:
                return content


def checklist(title: str, tasks: Sequence[str], **more: object) -> Json:
    """Return a list of things to do."""
    listed: list[dict[str, Any]] = [{"id": at, "text": task} for at, task in enumerate(tasks, 1)]
    return {"checklist": {"title": title, "tasks": listed, **_said(more)}}


def _said(facts: Mapping[str, object]) -> Json:
    """Leave out what nobody said."""
    return {key: value for key, value in facts.items() if value is not None}
