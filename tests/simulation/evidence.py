"""What the judge knows at the end: the database, the messenger, and everything that was called."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sandbox.chats import Message
from tests.simulation import house
from tests.simulation.story import Story
from tests.simulation.wire import Call

Row = dict[str, Any]

SENDS: Final = frozenset({"sendMessage", "sendPhoto", "sendMediaGroup"})
CHANGES: Final = frozenset({"editMessageText", "editMessageCaption", "editMessageMedia"})
MARK: Final = "(possibly a repeat)"
TABLES: Final = [
    "inbox",
    "cursors",
    "lanes",
    "deliveries",
    "attempts",
    "copies",
    "parts",
    "questions",
    "messages",
    "cases",
    "tickets",
    "events",
    "parties",
    "links",
    "clients",
    "persons",
    "tallies",
    "turns",
]


@dataclass
class Errand:
    """The calls of the courier that belong to one try, and the deliveries that it was for."""

    calls: list[Call]
    deliveries: list[Row] = field(default_factory=list)

    @property
    def begun(self) -> float:
        return self.calls[0].begun

    @property
    def ended(self) -> float:
        return max(each.over for each in self.calls)

    @property
    def made(self) -> list[Call]:
        """The calls that put a message into the chat."""
        return [each for each in self.calls if each.done and each.method in SENDS]


class Evidence:
    """Everything about one story that has come to its end."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.world, self.town = story.world, story.town
        self.rows: dict[str, list[Row]] = {
            table: story.rows(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES
        }
        self.calls = story.wire.calls
        self.by_id = {
            table: {each["id"]: each for each in self.rows[table]}
            for table in ("deliveries", "messages", "tickets", "cases", "parties", "links")
        }

    def token(self, origin: Row) -> str | None:
        """Return the word that only one message of a person has, by where it stands."""
        found = (
            each.token
            for each in self.story.people.said
            if (str(each.chat), str(each.message)) == (origin["lane"], origin["ref"])
        )
        return next(found, None)

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows[table]

    def at(self, chat: str | int) -> str:
        """Return where a chat lives now: a group may have become a supergroup."""
        return str(self.story.at(int(chat)))

    def message(self, lane: str, ref: str) -> Message | None:
        """Return a message that stands in a chat."""
        place = self.world.chats.get(int(lane))
        return place.messages.get(int(ref)) if place else None

    def parts(self, **wanted: Any) -> list[Row]:
        """Return the parts with these values, in order."""
        found = [
            part
            for part in self["parts"]
            if all(part[key] == value for key, value in wanted.items()) and part["number"] >= 0
        ]
        return sorted(found, key=lambda part: int(part["number"]))

    def landed(self, message: int, place: str) -> list[Row]:
        """Return the parts that a message has in a chat, or had in the group that it was."""
        found = self.parts(message_id=message)
        here = [part for part in found if part["place"] == place]
        return here or [part for part in found if self.at(part["place"]) == self.at(place)]

    def showing(self, copy: Row) -> list[Row]:
        """Return the parts that show a message in one chat, perhaps in one go with others."""
        about = copy["merged_with_id"] or copy["message_id"]
        return self.landed(about, copy["place"])

    @cached_property
    def errands(self) -> list[Errand]:
        """The tries of the courier in order, each with its deliveries."""
        grouped = defaultdict[tuple[int, int], list[Call]](list)
        for call in self.calls:
            if call.caller == house.COURIER:
                grouped[call.process, call.errand].append(call)
        begun = defaultdict[str, list[tuple[float, Row]]](list)
        for turn in self["turns"]:
            if turn["what"] == "delivery" and turn["after"] == "sending":
                line = self.by_id["deliveries"][turn["row"]]
                begun[self.at(line["lane"])].append((turn["at"], line))
        errands = []
        for calls in grouped.values():
            errand = Errand(calls)
            turns = begun[self.at(calls[0].chat or 0)]
            last = max((at for at, _ in turns if at <= errand.begun + 1e-6), default=None)
            errand.deliveries = [line for at, line in turns if at == last]
            errands.append(errand)
        return errands

    @cached_property
    def tries(self) -> dict[int, list[Errand]]:
        """The tries of each delivery."""
        found = defaultdict[int, list[Errand]](list)
        for errand in self.errands:
            for line in errand.deliveries:
                found[line["id"]].append(errand)
        return found

    @cached_property
    def shown(self) -> dict[int, list[tuple[float, str]]]:
        """Every word that the bot has ever shown in a chat, with its moment."""
        found = defaultdict[int, list[tuple[float, str]]](list)
        for call in self.calls:
            if not call.done:
                continue
            chat = call.chat
            if call.method == "answerCallbackQuery":
                chat = self.story.people.pressed.get(call.params.get("callback_query_id", ""))
            if chat is not None and call.method != "getUpdates":
                words = json.dumps(call.params, ensure_ascii=False)
                found[int(self.at(chat))].append((call.arrived or call.begun, words))
        return found

    def forgot(self, call: Call, within: float) -> bool:
        """Say whether a process may not have noted an answer: it ended soon, or stood still."""
        heard = call.heard
        return heard is not None and any(
            process == call.process and start <= heard + within and heard <= end
            for process, start, end in self.story.gaps
        )

    @cached_property
    def _owners(self) -> list[tuple[float, int | None]]:
        names = {each.fleet._owner: each.number for each in self.story.processes if each.fleet}
        return [
            (each["at"], names.get(each["after"]))
            for each in self["turns"]
            if each["what"] == "lease"
        ]

    def owner(self, moment: float) -> tuple[int | None, float]:
        """Return which process had the bot at a moment, and when it last said so before."""
        place = bisect_right(self._owners, moment + 1e-6, key=lambda each: each[0])
        if not place:
            return None, 0.0
        since, process = self._owners[place - 1]
        return process, since

    def moved(self, what: str, row: int) -> list[Row]:
        """Return how a row changed its state."""
        return [each for each in self["turns"] if (each["what"], each["row"]) == (what, row)]

    def path(self, ticket: Row) -> list[Row]:
        """Return the tickets from the first one down to this."""
        upper = self.by_id["tickets"].get(ticket["upper_id"])
        return [*(self.path(upper) if upper else []), ticket]


def text(message: Row) -> str:
    """Return what somebody said, as it reads now."""
    return str(json.loads(message["content"])["text"])
